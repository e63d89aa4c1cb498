/* Dense layer on int8 vectors, int4 weights with one scale, by arm_fully_connected_s4. */
#ifndef PROTONAS_CMSIS_DENSE_S4_H
#define PROTONAS_CMSIS_DENSE_S4_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint8_t *weights;                     /* int4, two to a byte: [filter.c][filter.n]; on MVE 16 bytes more may be read */
    const int32_t *bias;                        /* [filter.c], or NULL */
    cmsis_nn_per_tensor_quant_params rescaling; /* accumulator to output */
    cmsis_nn_fc_params dense;                   /* filter_offset = 0 */
    const cmsis_nn_dims *input;                 /* n = 1 */
    const cmsis_nn_dims *filter;                /* n: inputs; c: outputs */
    const cmsis_nn_dims *output;                /* n = 1; c: outputs */
} protonas_cmsis_dense_s4_params;

/* in: [filter.n]; out: [filter.c], apart from in. */
protonas_status protonas_cmsis_dense_s4(const protonas_cmsis_dense_s4_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_DENSE_S4_H */
