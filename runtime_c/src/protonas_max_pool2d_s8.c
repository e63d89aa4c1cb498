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
    const int32_t row_step = p->window.input_width * channels;
    for (int32_t y = 0; y < p->window.output_height; ++y) {
        const protonas_taps rows = protonas_rows_inside(&p->window, 1, y);
        for (int32_t x = 0; x < p->window.output_width; ++x) {
            const protonas_taps columns = protonas_columns_inside(&p->window, 1, x);
            const PROTONAS_ELEMENT *pixel = in + (rows.position * p->window.input_width + columns.position) * channels;
            for (int32_t channel = 0; channel < channels; ++channel) {
                const int32_t value = largest(pixel + channel, rows.count, row_step, columns.count, channels);
                *out++ = PROTONAS_TO_ELEMENT(value, 0, p->activation_min, p->activation_max);
            }
        }
    }
}
