#include "protonas_dense_s8.h"

#include <stddef.h>

#include "protonas_dot_s8.h"
#include "protonas_requantize.h"

void protonas_dense_s8(const protonas_dense_s8_params *p, const int8_t *in, int8_t *out)
{
    const int32_t inputs = p->input_size;
    const int8_t *weights = p->weights;
    int32_t output = 0;
    while (output < p->output_size) {
        const int32_t lanes = p->output_size - output >= PROTONAS_DOT_ROWS ? PROTONAS_DOT_ROWS : 1;
        int32_t sums[PROTONAS_DOT_ROWS] = {0, 0, 0, 0};
        if (lanes == PROTONAS_DOT_ROWS) {
            protonas_dot_four_rows_s8(in, weights, inputs, inputs, p->input_zero_point, sums);
        } else {
            protonas_dot_one_row_s8(in, weights, inputs, p->input_zero_point, sums);
        }
        weights += lanes * inputs;
        for (int32_t lane = 0; lane < lanes; ++lane) {
            const int32_t bias = p->bias != NULL ? p->bias[output] : 0;
            const int32_t value = protonas_requantize(sums[lane] + bias, p->multiplier[output], p->shift[output]);
            out[output] = protonas_to_int8(value, p->output_zero_point, p->activation_min, p->activation_max);
            ++output;
        }
    }
}
