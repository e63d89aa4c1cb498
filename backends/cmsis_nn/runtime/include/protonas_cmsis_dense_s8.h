/* Dense layer on int8 vectors, one scale for all its weights, by arm_fully_connected_s8. */
#ifndef PROTONAS_CMSIS_DENSE_S8_H
#define PROTONAS_CMSIS_DENSE_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;                      /* [filter.c][filter.n] */
    const int32_t *bias;                        /* [filter.c], or NULL; not read on MVE */
    const int32_t *kernel_sum;                  /* [filter.c], on MVE only: bias + dense.input_offset * sum of the row's weights */
    cmsis_nn_per_tensor_quant_params rescaling; /* accumulator to output */
    cmsis_nn_fc_params dense;                   /* filter_offset = 0 */
    const cmsis_nn_dims *input;                 /* n = 1 */
    const cmsis_nn_dims *filter;                /* n: inputs; c: outputs */
    const cmsis_nn_dims *output;                /* n = 1; c: outputs */
} protonas_cmsis_dense_s8_params;

/* in: [filter.n]; out: [filter.c], apart from in. */
protonas_status protonas_cmsis_dense_s8(const protonas_cmsis_dense_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_DENSE_S8_H */
