/* Two-dimensional convolution of int8 maps, its weights int4: two to a byte, the first in the low half. */
#ifndef PROTONAS_CONV2D_S4_H
#define PROTONAS_CONV2D_S4_H

#include <stdint.h>

#include "protonas_window.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint8_t *weights;    /* int4, packed: [groups * group_output_channels][kernel_height][kernel_width]
                                * [group_input_channels] */
    const int32_t *bias;       /* [groups * group_output_channels], or NULL */
    const int32_t *multiplier; /* [groups * group_output_channels]: accumulator to output, see protonas_requantize.h */
    const int8_t *shift;       /* [groups * group_output_channels] */
    protonas_window window;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t groups;
    int32_t group_input_channels; /* of each group; given so that the kernel need not divide */
    int32_t group_output_channels;
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_conv2d_s4_params;

/* in: [input_height][input_width][groups * group_input_channels];
 * out: [output_height][output_width][groups * group_output_channels]. Output pixels are computed in order, so out may
 * lie over in where every byte is read before it is written.
 */
void protonas_conv2d_s4(const protonas_conv2d_s4_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CONV2D_S4_H */
