/* Transposed convolution of int8 maps by arm_transpose_conv_s8. */
#ifndef PROTONAS_CMSIS_TRANSPOSE_CONV2D_S8_H
#define PROTONAS_CMSIS_TRANSPOSE_CONV2D_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;               /* [filter.n][filter.h][filter.w][filter.c] */
    const int32_t *bias;                 /* [filter.n], or NULL */
    const int32_t *multiplier;           /* [filter.n]: accumulator to output */
    const int32_t *shift;                /* [filter.n], positive to the left */
    cmsis_nn_transpose_conv_params conv; /* padding: rows above and columns to the left that are cropped */
    const cmsis_nn_dims *input;          /* n = 1 */
    const cmsis_nn_dims *filter;         /* n: output channels; c: input channels */
    const cmsis_nn_dims *output;         /* n = 1 */
    int32_t scratch_bytes;
} protonas_cmsis_transpose_conv2d_s8_params;

/* in: [input.h][input.w][input.c]; out: [output.h][output.w][output.c], apart from in; scratch: aligned to 16.
 * PROTONAS_ERROR_SCRATCH where, with PROTONAS_DEBUG, the library asks for more scratch.
 */
protonas_status protonas_cmsis_transpose_conv2d_s8(const protonas_cmsis_transpose_conv2d_s8_params *p, const int8_t *in, int8_t *out,
                                                   void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_TRANSPOSE_CONV2D_S8_H */
