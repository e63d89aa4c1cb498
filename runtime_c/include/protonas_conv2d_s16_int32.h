/* Two-dimensional convolution of int16 maps with sums of 32 bits: its bias is int32. Zero points are 0. */
#ifndef PROTONAS_CONV2D_S16_INT32_H
#define PROTONAS_CONV2D_S16_INT32_H

#include <stdint.h>

#include "protonas_window.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;     /* [outputs][kernel_height][kernel_width][group_input_channels], outputs being
                                * groups * group_output_channels */
    const int32_t *bias;       /* [outputs], or NULL */
    const int32_t *multiplier; /* [outputs]: accumulator to output, see protonas_requantize.h */
    const int8_t *shift;       /* [outputs] */
    protonas_window window;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t groups;
    int32_t group_input_channels; /* of each group; given so that the kernel need not divide */
    int32_t group_output_channels;
    int32_t activation_min; /* inclusive bounds of the output, within int16 */
    int32_t activation_max;
} protonas_conv2d_s16_int32_params;

/* in: [input_height][input_width][groups * group_input_channels];
 * out: [output_height][output_width][groups * group_output_channels]. Output pixels are computed in order, so out may
 * lie over in where every byte is read before it is written.
 */
void protonas_conv2d_s16_int32(const protonas_conv2d_s16_int32_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CONV2D_S16_INT32_H */
