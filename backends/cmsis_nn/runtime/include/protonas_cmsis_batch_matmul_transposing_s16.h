/* Products of int16 matrices, some of which lie the other way round, by arm_batch_matmul_s16. */
#ifndef PROTONAS_CMSIS_BATCH_MATMUL_TRANSPOSING_S16_H
#define PROTONAS_CMSIS_BATCH_MATMUL_TRANSPOSING_S16_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    cmsis_nn_bmm_params bmm;                    /* its flags and offsets are not read */
    cmsis_nn_per_tensor_quant_params rescaling; /* accumulator to output: 16 bits of multiplier above 16 zeros */
    const cmsis_nn_dims *left;                  /* of one pair: n = h = 1; w: rows; c: depth */
    const cmsis_nn_dims *right;                 /* n = h = 1; w: columns; c: depth */
    const cmsis_nn_dims *output;                /* n = h = 1; w: rows; c: columns */
    int32_t batches;                            /* pairs of matrices */
    int32_t left_is_transposed;                 /* 1: left is [batches][depth][rows] */
    int32_t right_is_plain;                     /* 1: right is [batches][depth][columns] */
} protonas_cmsis_batch_matmul_transposing_s16_params;

/* left: [batches][rows][depth]; right: [batches][columns][depth]; out: [batches][rows][columns]; scratch: left and right
 * of one pair where they are transposed here, aligned to 4. None may overlap. The library transposes no int16 matrices
 * well, so this does.
 */
protonas_status protonas_cmsis_batch_matmul_transposing_s16(const protonas_cmsis_batch_matmul_transposing_s16_params *p,
                                                            const int16_t *left, const int16_t *right, int16_t *out,
                                                            void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_BATCH_MATMUL_TRANSPOSING_S16_H */
