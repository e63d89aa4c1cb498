#include "protonas_dense_s8.h"

#include "protonas_dot_s8.h"
#include "protonas_output_stage.h"
#ifdef PROTONAS_WEIGHT_ZERO_POINT
#include "protonas_weight_zero_point.h"
#endif

#ifndef PROTONAS_PARAMS
#define PROTONAS_PARAMS protonas_dense_s8_params /* variants of this source bring their own */
#endif

void protonas_dense_s8(const PROTONAS_PARAMS *p, const int8_t *in, int8_t *out)
{
    const int32_t inputs = p->input_size;
    const protonas_output_stage stage = PROTONAS_OUTPUT_STAGE(p);
    const int8_t *weights = p->weights;
#ifdef PROTONAS_WEIGHT_ZERO_POINT
    const int32_t total = protonas_centred_sum(in, inputs, p->input_zero_point);
#endif
    int32_t output = 0;
    while (output < p->output_size) {
        int32_t sums[PROTONAS_DOT_ROWS];
        int32_t lanes = 1;
        if (p->output_size - output >= PROTONAS_DOT_ROWS) {
            lanes = PROTONAS_DOT_ROWS;
            protonas_clear_four_sums(sums);
            protonas_dot_four_rows_s8(in, weights, inputs, inputs, p->input_zero_point, sums);
        } else {
            sums[0] = protonas_dot_one_row_s8(in, weights, inputs, p->input_zero_point);
        }
        weights += lanes * inputs;
#ifdef PROTONAS_WEIGHT_ZERO_POINT
        protonas_lower_sums(sums, lanes, p->weight_zero_points + output, total);
#endif
        protonas_store_channels(&stage, sums, output, lanes, out + output);
        output += lanes;
    }
}
