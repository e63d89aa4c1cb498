/* Products of int8 matrices, some of which lie the other way round, by arm_transpose_s8 and arm_batch_matmul_s8. */
#ifndef PROTONAS_CMSIS_BATCH_MATMUL_TRANSPOSING_S8_H
#define PROTONAS_CMSIS_BATCH_MATMUL_TRANSPOSING_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    cmsis_nn_bmm_params bmm;                    /* its two flags are not read */
    cmsis_nn_per_tensor_quant_params rescaling; /* accumulator to output */
    const cmsis_nn_dims *left;                  /* of one pair: n = h = 1; w: rows; c: depth */
    const cmsis_nn_dims *right;                 /* n = h = 1; w: columns; c: depth */
    const cmsis_nn_dims *output;                /* n = h = 1; w: rows; c: columns */
    int32_t sum_bytes;                          /* scratch for sums of columns, a multiple of 4; 0 off MVE */
    int32_t batches;                            /* pairs of matrices */
    int32_t left_is_transposed;                 /* 1: left is [batches][depth][rows] */
    int32_t right_is_plain;                     /* 1: right is [batches][depth][columns] */
} protonas_cmsis_batch_matmul_transposing_s8_params;

/* left: [batches][rows][depth]; right: [batches][columns][depth]; out: [batches][rows][columns]; scratch: sum_bytes, then
 * left and right of one pair where they are transposed here, aligned to 4. None may overlap.
 * PROTONAS_ERROR_SCRATCH where, with PROTONAS_DEBUG, the library asks for more scratch.
 */
protonas_status protonas_cmsis_batch_matmul_transposing_s8(const protonas_cmsis_batch_matmul_transposing_s8_params *p,
                                                           const int8_t *left, const int8_t *right, int8_t *out,
                                                           void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_BATCH_MATMUL_TRANSPOSING_S8_H */
