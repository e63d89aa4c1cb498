/* Dense layer on int16 vectors, one scale for all its weights, by arm_fully_connected_s16. */
#ifndef PROTONAS_CMSIS_DENSE_S16_H
#define PROTONAS_CMSIS_DENSE_S16_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;                      /* [filter.c][filter.n] */
    const int64_t *bias;                        /* [filter.c], or NULL */
    cmsis_nn_per_tensor_quant_params rescaling; /* accumulator to output, the multiplier's lower 16 bits 0 */
    cmsis_nn_fc_params dense;                   /* offsets 0 */
    const cmsis_nn_dims *input;                 /* n = 1 */
    const cmsis_nn_dims *filter;                /* n: inputs; c: outputs */
    const cmsis_nn_dims *output;                /* n = 1; c: outputs */
} protonas_cmsis_dense_s16_params;

/* in: [filter.n]; out: [filter.c], apart from in. */
protonas_status protonas_cmsis_dense_s16(const protonas_cmsis_dense_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_DENSE_S16_H */
