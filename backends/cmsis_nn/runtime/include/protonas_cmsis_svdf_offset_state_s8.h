/* One step of a rank-decomposed memory filter (SVDF) on int8, its memory int8 with a zero point, which arm_svdf_s8 has not:
 * arm_fully_connected_s8 makes what arrives in the memory, and arm_svdf_s8 takes that over and does the rest. For MVE.
 */
#ifndef PROTONAS_CMSIS_SVDF_OFFSET_STATE_S8_H
#define PROTONAS_CMSIS_SVDF_OFFSET_STATE_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *feature_weights;                      /* [dense_filter.c][dense_filter.n] */
    const int8_t *time_weights;                         /* [time.n][time.h] */
    const int32_t *bias;                                /* [bias_size.n], less state_zero_point times the sum of the time weights */
    const int32_t *kernel_sum;                          /* [feature.n], -zero point * sum of the row's weights */
    cmsis_nn_fc_params dense;                           /* activation: of the memory, before its zero point is added */
    cmsis_nn_svdf_params svdf;                          /* input_offset = 0 */
    cmsis_nn_per_tensor_quant_params feature_rescaling; /* input times feature weights to memory */
    cmsis_nn_per_tensor_quant_params taking;            /* by 1 */
    cmsis_nn_per_tensor_quant_params rescaling;         /* memory times time weights to output */
    const cmsis_nn_dims *dense_input;                   /* n = 1; c: inputs */
    const cmsis_nn_dims *dense_filter;                  /* n: inputs; c: filters */
    const cmsis_nn_dims *dense_output;                  /* n = 1; c: filters */
    const cmsis_nn_dims *input;                         /* n = h = 1 */
    const cmsis_nn_dims *feature;                       /* n: filters, svdf.rank of which make one output; h = 1 */
    const cmsis_nn_dims *time;                          /* n: filters; h: how many steps they remember */
    const cmsis_nn_dims *state;                         /* n = 1; h: of all filters */
    const cmsis_nn_dims *bias_size;                     /* n: outputs */
    const cmsis_nn_dims *output;                        /* n = 1; h: outputs */
    int32_t state_zero_point;
} protonas_cmsis_svdf_offset_state_s8_params;

/* in: [dense_input.c]; out: [output.h]; state: [time.n][time.h], the oldest first, which is moved on by one;
 * scratch: 2 * feature.n + output.h words and feature.n bytes. None may overlap.
 * PROTONAS_ERROR_SCRATCH where, with PROTONAS_DEBUG, the library asks for more sums of weights.
 */
protonas_status protonas_cmsis_svdf_offset_state_s8(const protonas_cmsis_svdf_offset_state_s8_params *p, const int8_t *in,
                                                    int8_t *out, int8_t *state, void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_SVDF_OFFSET_STATE_S8_H */
