/* Depthwise convolution of int8 maps by weights whose zero point is not 0, as uint8 weights of ONNX have. */
#ifndef PROTONAS_DEPTHWISE_CONV2D_S8_OFFSET_H
#define PROTONAS_DEPTHWISE_CONV2D_S8_OFFSET_H

#include <stdint.h>

#include "protonas_window.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;     /* [kernel_height][kernel_width][channels * channel_multiplier] */
    const int32_t *bias;       /* [channels * channel_multiplier], or NULL */
    const int32_t *multiplier; /* [channels * channel_multiplier]: accumulator to output */
    const int8_t *shift;       /* [channels * channel_multiplier] */
    const int8_t *weight_zero_points; /* [channels * channel_multiplier] */
    protonas_window window;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t channels;
    int32_t channel_multiplier;
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_depthwise_conv2d_s8_offset_params;

/* As protonas_depthwise_conv2d_s8, but that every weight counts less the zero point of its output channel. */
void protonas_depthwise_conv2d_s8_offset(const protonas_depthwise_conv2d_s8_offset_params *p, const int8_t *in,
                                     int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_DEPTHWISE_CONV2D_S8_OFFSET_H */
