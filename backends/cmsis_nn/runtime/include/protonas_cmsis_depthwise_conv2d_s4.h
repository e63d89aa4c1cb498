/* Depthwise convolution of int8 maps, int4 weights, multiplier 1, not dilated: arm_depthwise_conv_s4_opt. */
#ifndef PROTONAS_CMSIS_DEPTHWISE_CONV2D_S4_H
#define PROTONAS_CMSIS_DEPTHWISE_CONV2D_S4_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Not for MVE, where GCC 12.2 miscompiles the library's kernel. */
typedef struct {
    const uint8_t *weights;       /* int4, two to a byte: [filter.h][filter.w][filter.c] */
    const int32_t *bias;          /* [filter.c], or NULL */
    const int32_t *multiplier;    /* [filter.c]: accumulator to output */
    const int32_t *shift;         /* [filter.c], positive to the left */
    cmsis_nn_dw_conv_params conv; /* padding: above and to the left */
    const cmsis_nn_dims *input;   /* n = 1 */
    const cmsis_nn_dims *filter;  /* n = 1; c: channels */
    const cmsis_nn_dims *output;  /* n = 1 */
    int32_t scratch_bytes;
} protonas_cmsis_depthwise_conv2d_s4_params;

/* in: [input.h][input.w][input.c]; out: [output.h][output.w][output.c], apart from in; scratch: aligned to 16.
 * PROTONAS_ERROR_SCRATCH where, with PROTONAS_DEBUG, the library asks for more scratch.
 */
protonas_status protonas_cmsis_depthwise_conv2d_s4(const protonas_cmsis_depthwise_conv2d_s4_params *p,
                                                   const int8_t *in, int8_t *out, void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_DEPTHWISE_CONV2D_S4_H */
