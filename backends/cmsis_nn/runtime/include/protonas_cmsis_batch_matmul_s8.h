/* Products of int8 matrices, pair by pair, by arm_batch_matmul_s8. */
#ifndef PROTONAS_CMSIS_BATCH_MATMUL_S8_H
#define PROTONAS_CMSIS_BATCH_MATMUL_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    cmsis_nn_bmm_params bmm;                    /* its two flags are not read */
    cmsis_nn_per_tensor_quant_params rescaling; /* accumulator to output */
    const cmsis_nn_dims *left;                  /* n = 1; h: pairs of matrices; w: rows; c: depth */
    const cmsis_nn_dims *right;                 /* n = 1; h: pairs of matrices; w: columns; c: depth */
    const cmsis_nn_dims *output;                /* n = 1; h: pairs of matrices; w: rows; c: columns */
    int32_t sum_bytes;                          /* scratch for sums of columns; 0 off MVE */
} protonas_cmsis_batch_matmul_s8_params;

/* left: [left.h][rows][depth]; right: [left.h][columns][depth], transposed, that is; out: [left.h][rows][columns];
 * scratch: sum_bytes, aligned to 4. None may overlap.
 * PROTONAS_ERROR_SCRATCH where, with PROTONAS_DEBUG, the library asks for more scratch.
 */
protonas_status protonas_cmsis_batch_matmul_s8(const protonas_cmsis_batch_matmul_s8_params *p, const int8_t *left,
                                               const int8_t *right, int8_t *out, void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_BATCH_MATMUL_S8_H */
