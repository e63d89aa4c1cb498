#include "protonas_max_pool2d_s8.h"

#include "protonas_element.h"
#include "protonas_taps.h"

/* The largest of rows x columns elements; steps in elements. */
static inline int32_t largest(const PROTONAS_ELEMENT *first, int32_t rows, int32_t row_step, int32_t columns,
                              int32_t column_step)
{
    int32_t found = PROTONAS_ELEMENT_MIN;
    for (int32_t row = 0; row < rows; ++row) {
        int32_t at = row * row_step;
        for (int32_t column = 0; column < columns; ++column) {
            found = first[at] > found ? first[at] : found;
            at += column_step;
        }
    }
    return found;
}

void protonas_max_pool2d_s8(const protonas_max_pool2d_s8_params *p, const PROTONAS_ELEMENT *in,
                            PROTONAS_ELEMENT *out)
{
    const int32_t channels = p->channels;
    const int32_t row_step = p->input_width * channels;
    for (int32_t y = 0; y < p->output_height; ++y) {
        const protonas_taps rows = protonas_taps_inside(y * p->stride_height - p->pad_top, p->kernel_height, 1,
                                                        p->input_height);
        for (int32_t x = 0; x < p->output_width; ++x) {
            const protonas_taps columns = protonas_taps_inside(x * p->stride_width - p->pad_left, p->kernel_width, 1,
                                                               p->input_width);
            const PROTONAS_ELEMENT *pixel = in + (rows.position * p->input_width + columns.position) * channels;
            for (int32_t channel = 0; channel < channels; ++channel) {
                const int32_t value = largest(pixel + channel, rows.count, row_step, columns.count, channels);
                *out++ = PROTONAS_TO_ELEMENT(value, 0, p->activation_min, p->activation_max);
            }
        }
    }
}
