#include "protonas_average_pool2d_s8.h"

#include "protonas_element.h"
#include "protonas_taps.h"

/* The sum of rows x columns elements; steps in elements. */
static inline int32_t sum_of(const PROTONAS_ELEMENT *first, int32_t rows, int32_t row_step, int32_t columns,
                             int32_t column_step)
{
    int32_t sum = 0;
    for (int32_t row = 0; row < rows; ++row) {
        int32_t at = row * row_step;
        for (int32_t column = 0; column < columns; ++column) {
            sum += first[at];
            at += column_step;
        }
    }
    return sum;
}

void protonas_average_pool2d_s8(const protonas_average_pool2d_s8_params *p, const PROTONAS_ELEMENT *in,
                                PROTONAS_ELEMENT *out)
{
    const int32_t channels = p->channels;
    const int32_t row_step = p->window.input_width * channels;
    for (int32_t y = 0; y < p->window.output_height; ++y) {
        const protonas_taps rows = protonas_rows_inside(&p->window, 1, y);
        for (int32_t x = 0; x < p->window.output_width; ++x) {
            const protonas_taps columns = protonas_columns_inside(&p->window, 1, x);
            const PROTONAS_ELEMENT *pixel = in + (rows.position * p->window.input_width + columns.position) * channels;
            const int32_t count = rows.count * columns.count;
            const int32_t half = count / 2;
            for (int32_t channel = 0; channel < channels; ++channel) {
                const int32_t sum = sum_of(pixel + channel, rows.count, row_step, columns.count, channels);
                const int32_t mean = (sum > 0 ? sum + half : sum - half) / count;
                *out++ = PROTONAS_TO_ELEMENT(mean, 0, p->activation_min, p->activation_max);
            }
        }
    }
}
