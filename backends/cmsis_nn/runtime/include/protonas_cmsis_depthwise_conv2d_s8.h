/* Depthwise convolution of int8 maps, multiplier 1, not dilated: arm_depthwise_conv_s8_opt on DSP and MVE. */
#ifndef PROTONAS_CMSIS_DEPTHWISE_CONV2D_S8_H
#define PROTONAS_CMSIS_DEPTHWISE_CONV2D_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

/* On MVE the tables are padded to what a multiple of 4 channels needs. */
typedef struct {
    const int8_t *weights;        /* [filter.h][filter.w][filter.c] */
    const int32_t *bias;          /* [filter.c], or NULL, though not on MVE */
    const int32_t *multiplier;    /* [filter.c]: accumulator to output */
    const int32_t *shift;         /* [filter.c], positive to the left */
    cmsis_nn_dw_conv_params conv; /* padding: above and to the left */
    const cmsis_nn_dims *input;   /* n = 1 */
    const cmsis_nn_dims *filter;  /* n = 1; c: output channels, input.c * conv.ch_mult */
    const cmsis_nn_dims *output;  /* n = 1 */
    int32_t scratch_bytes;
} protonas_cmsis_depthwise_conv2d_s8_params;

/* in: [input.h][input.w][input.c]; out: [output.h][output.w][output.c], apart from in; scratch: aligned to 16.
 * PROTONAS_ERROR_SCRATCH where, with PROTONAS_DEBUG, the library asks for more scratch.
 */
protonas_status protonas_cmsis_depthwise_conv2d_s8(const protonas_cmsis_depthwise_conv2d_s8_params *p,
                                                   const int8_t *in, int8_t *out,
                                                   void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_DEPTHWISE_CONV2D_S8_H */
