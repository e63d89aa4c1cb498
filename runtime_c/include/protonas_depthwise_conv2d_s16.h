/* Depthwise convolution of int16 maps, its filter int8. Zero points are 0. */
#ifndef PROTONAS_DEPTHWISE_CONV2D_S16_H
#define PROTONAS_DEPTHWISE_CONV2D_S16_H

#include <stdint.h>

#include "protonas_window.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;     /* [kernel_height][kernel_width][outputs], outputs being channels * channel_multiplier */
    const int64_t *bias;       /* [outputs], or NULL */
    const int16_t *multiplier; /* [outputs]: accumulator to output, 16 bits of it */
    const int8_t *shift;       /* [outputs] */
    protonas_window window;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t channels;
    int32_t channel_multiplier;
    int32_t activation_min; /* inclusive bounds of the output, within int16 */
    int32_t activation_max;
} protonas_depthwise_conv2d_s16_params;

/* in: [input_height][input_width][channels]; out: [output_height][output_width][channels * channel_multiplier].
 * Output channel c * channel_multiplier + m reads input channel c. Outputs are computed in order, so out may lie over
 * in where every byte is read before it is written.
 */
void protonas_depthwise_conv2d_s16(const protonas_depthwise_conv2d_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_DEPTHWISE_CONV2D_S16_H */
