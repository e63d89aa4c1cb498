/* One step of a rank-decomposed memory filter (SVDF) on int8, its memory int8 without a zero point, by arm_svdf_s8. */
#ifndef PROTONAS_CMSIS_SVDF_STATE_S8_H
#define PROTONAS_CMSIS_SVDF_STATE_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *feature_weights;                      /* [feature.n][feature.h] */
    const int8_t *time_weights;                         /* [time.n][time.h] */
    const int32_t *bias;                                /* [bias_size.n] */
    const int32_t *kernel_sum;                          /* [feature.n], on MVE only: -zero point * sum of the row's weights */
    cmsis_nn_svdf_params svdf;                          /* input_offset: the zero point; input_activation: of the memory */
    cmsis_nn_per_tensor_quant_params feature_rescaling; /* input times feature weights to memory */
    cmsis_nn_per_tensor_quant_params rescaling;         /* memory times time weights to output */
    const cmsis_nn_dims *input;                         /* n = 1; h: inputs */
    const cmsis_nn_dims *feature;                       /* n: filters, svdf.rank of which make one output; h: inputs */
    const cmsis_nn_dims *time;                          /* n: filters; h: how many steps they remember */
    const cmsis_nn_dims *state;                         /* n = 1; h: of all filters */
    const cmsis_nn_dims *bias_size;                     /* n: outputs */
    const cmsis_nn_dims *output;                        /* n = 1; h: outputs */
} protonas_cmsis_svdf_state_s8_params;

/* in: [input.h]; out: [output.h]; state: [time.n][time.h], the oldest first, which is moved on by one;
 * scratch: feature.n + output.h words. None may overlap.
 * PROTONAS_ERROR_SCRATCH where, with PROTONAS_DEBUG, the library asks for more sums of weights.
 */
protonas_status protonas_cmsis_svdf_state_s8(const protonas_cmsis_svdf_state_s8_params *p, const int8_t *in, int8_t *out,
                                             int8_t *state, void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_SVDF_STATE_S8_H */
