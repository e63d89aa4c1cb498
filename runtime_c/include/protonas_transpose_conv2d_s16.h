/* Transposed convolution of int16 maps, its filter int8. Zero points are 0. */
#ifndef PROTONAS_TRANSPOSE_CONV2D_S16_H
#define PROTONAS_TRANSPOSE_CONV2D_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;     /* [output_channels][kernel_height][kernel_width][input_channels] */
    const int64_t *bias;       /* [output_channels], or NULL */
    const int16_t *multiplier; /* [output_channels]: accumulator to output, 16 bits of it */
    const int8_t *shift;       /* [output_channels] */
    int32_t input_height;
    int32_t input_width;
    int32_t output_height;
    int32_t output_width;
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height; /* from one input pixel to the next, in the output */
    int32_t stride_width;
    int32_t pad_top;       /* rows of the output that are cropped; those below follow from the output size */
    int32_t pad_left;
    int32_t input_channels;
    int32_t output_channels;
    int32_t activation_min; /* inclusive bounds of the output, within int16 */
    int32_t activation_max;
} protonas_transpose_conv2d_s16_params;

/* in: [input_height][input_width][input_channels]; out: [output_height][output_width][output_channels]. They must not
 * overlap.
 */
void protonas_transpose_conv2d_s16(const protonas_transpose_conv2d_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_TRANSPOSE_CONV2D_S16_H */
