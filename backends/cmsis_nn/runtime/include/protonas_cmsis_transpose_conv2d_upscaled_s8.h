/* Transposed convolution with strides up to 2 as a convolution of the enlarged map, by arm_convolve_s8: as
 * arm_transpose_conv_wrapper_s8 does for deep maps, but with filters that were turned when they were printed.
 */
#ifndef PROTONAS_CMSIS_TRANSPOSE_CONV2D_UPSCALED_S8_H
#define PROTONAS_CMSIS_TRANSPOSE_CONV2D_UPSCALED_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;        /* [filter.n][filter.h][filter.w][filter.c], rows and columns in reverse; on MVE 16 bytes more are read */
    const int32_t *bias;          /* [filter.n], or NULL */
    const int32_t *multiplier;    /* [filter.n]: accumulator to output */
    const int32_t *shift;         /* [filter.n], positive to the left */
    cmsis_nn_conv_params conv;    /* padding: of the enlarged map, above and to the left; strides and dilations 1 */
    const cmsis_nn_dims *input;   /* n = 1; h and w of the enlarged map */
    const cmsis_nn_dims *filter;  /* n: output channels; c: input channels */
    const cmsis_nn_dims *upscale; /* h and w: how many rows and columns each of the input's becomes, 1 or 2 */
    const cmsis_nn_dims *output;  /* n = 1 */
    int32_t scratch_bytes;
} protonas_cmsis_transpose_conv2d_upscaled_s8_params;

/* in: [input.h / upscale.h][input.w / upscale.w][input.c]; out: [output.h][output.w][output.c], apart from in; scratch:
 * aligned to 16. PROTONAS_ERROR_SCRATCH where, with PROTONAS_DEBUG, the library asks for more scratch.
 */
protonas_status protonas_cmsis_transpose_conv2d_upscaled_s8(const protonas_cmsis_transpose_conv2d_upscaled_s8_params *p,
                                                            const int8_t *in, int8_t *out, void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_TRANSPOSE_CONV2D_UPSCALED_S8_H */
