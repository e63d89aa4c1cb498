/* Products of int16 matrices, pair by pair, by arm_batch_matmul_s16, which needs no scratch. */
#ifndef PROTONAS_CMSIS_BATCH_MATMUL_S16_H
#define PROTONAS_CMSIS_BATCH_MATMUL_S16_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    cmsis_nn_bmm_params bmm;                    /* its flags and offsets are not read */
    cmsis_nn_per_tensor_quant_params rescaling; /* accumulator to output: 16 bits of multiplier above 16 zeros */
    const cmsis_nn_dims *left;                  /* n = 1; h: pairs of matrices; w: rows; c: depth */
    const cmsis_nn_dims *right;                 /* n = 1; h: pairs of matrices; w: columns; c: depth */
    const cmsis_nn_dims *output;                /* n = 1; h: pairs of matrices; w: rows; c: columns */
} protonas_cmsis_batch_matmul_s16_params;

/* left: [left.h][rows][depth]; right: [left.h][columns][depth], transposed, that is; out: [left.h][rows][columns].
 * None may overlap.
 */
protonas_status protonas_cmsis_batch_matmul_s16(const protonas_cmsis_batch_matmul_s16_params *p, const int16_t *left,
                                                const int16_t *right, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_BATCH_MATMUL_S16_H */
