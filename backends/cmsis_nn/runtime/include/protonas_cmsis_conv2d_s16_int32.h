/* Two-dimensional convolution of int16 maps with sums of 32 bits by arm_convolve_s16: its bias is int32. */
#ifndef PROTONAS_CMSIS_CONV2D_S16_INT32_H
#define PROTONAS_CMSIS_CONV2D_S16_INT32_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;       /* [filter.n][filter.h][filter.w][filter.c]; on MVE 16 bytes more may be read */
    const int32_t *bias;         /* [filter.n], or NULL */
    const int32_t *multiplier;   /* [filter.n]: accumulator to output */
    const int32_t *shift;        /* [filter.n], positive to the left */
    cmsis_nn_conv_params conv;   /* padding: above and to the left; offsets 0 */
    const cmsis_nn_dims *input;  /* n = 1 */
    const cmsis_nn_dims *filter; /* n: output channels; at most 65535 numbers in a window */
    const cmsis_nn_dims *output; /* n = 1 */
    int32_t scratch_bytes;
} protonas_cmsis_conv2d_s16_int32_params;

/* in: [input.h][input.w][input.c]; out: [output.h][output.w][output.c], apart from in; scratch: aligned to 16.
 * PROTONAS_ERROR_SCRATCH where, with PROTONAS_DEBUG, the library asks for more scratch.
 */
protonas_status protonas_cmsis_conv2d_s16_int32(const protonas_cmsis_conv2d_s16_int32_params *p, const int16_t *in, int16_t *out,
                                                void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_CONV2D_S16_INT32_H */
