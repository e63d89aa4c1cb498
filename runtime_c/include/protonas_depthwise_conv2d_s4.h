/* Depthwise convolution of int8 maps, its weights int4, two to a byte, the first in the low half.
 * Each input channel makes channel_multiplier output channels.
 */
#ifndef PROTONAS_DEPTHWISE_CONV2D_S4_H
#define PROTONAS_DEPTHWISE_CONV2D_S4_H

#include <stdint.h>

#include "protonas_window.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint8_t *weights;    /* int4, packed: [kernel_height][kernel_width][channels * channel_multiplier] */
    const int32_t *bias;       /* [channels * channel_multiplier], or NULL */
    const int32_t *multiplier; /* [channels * channel_multiplier]: accumulator to output */
    const int8_t *shift;       /* [channels * channel_multiplier] */
    protonas_window window;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t channels;
    int32_t channel_multiplier;
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_depthwise_conv2d_s4_params;

/* in: [input_height][input_width][channels]; out: [output_height][output_width][channels * channel_multiplier].
 * Output channel c * channel_multiplier + m reads input channel c. Output pixels are computed in order, so out may
 * lie over in where every byte is read before it is written.
 */
void protonas_depthwise_conv2d_s4(const protonas_depthwise_conv2d_s4_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_DEPTHWISE_CONV2D_S4_H */
