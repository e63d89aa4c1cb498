/* Transposed convolution of int8 maps: every input pixel adds its multiple of the kernel to the output. */
#ifndef PROTONAS_TRANSPOSE_CONV2D_S8_H
#define PROTONAS_TRANSPOSE_CONV2D_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;     /* [output_channels][kernel_height][kernel_width][input_channels] */
    const int32_t *bias;       /* [output_channels], or NULL */
    const int32_t *multiplier; /* [output_channels]: accumulator to output, see protonas_requantize.h */
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
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_transpose_conv2d_s8_params;

/* in: [input_height][input_width][input_channels]; out: [output_height][output_width][output_channels]. They must not
 * overlap.
 */
void protonas_transpose_conv2d_s8(const protonas_transpose_conv2d_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_TRANSPOSE_CONV2D_S8_H */
