#include "protonas_conv2d_s8.h"

#include "protonas_conv_region.h"
#include "protonas_taps.h"

#ifndef PROTONAS_PARAMS
#define PROTONAS_PARAMS protonas_conv2d_s8_params /* variants of this source bring their own */
#endif

void protonas_conv2d_s8(const PROTONAS_PARAMS *p, const int8_t *in, int8_t *out)
{
    const int32_t input_channels = p->groups * p->group_input_channels;
    const int32_t output_channels = p->groups * p->group_output_channels;
    const int32_t depth = p->group_input_channels;
    const int32_t group_outputs = p->group_output_channels;
    const protonas_output_stage stage = PROTONAS_OUTPUT_STAGE(p);
    const int32_t whole_rows = p->groups == 1 && p->dilation_width == 1;
    protonas_conv_region region;
    region.input_row_step = p->dilation_height * p->window.input_width * input_channels;
    region.input_run_step = p->dilation_width * input_channels;
    region.weight_row_step = p->window.kernel_width * depth;
    region.weight_run_step = depth;
    region.filter_bytes = p->window.kernel_height * region.weight_row_step;
    region.zero_point = p->input_zero_point;
#ifdef PROTONAS_WEIGHT_ZERO_POINT
    region.weight_zero_points = p->weight_zero_points;
#endif

    for (int32_t y = 0; y < p->window.output_height; ++y) {
        const protonas_taps rows = protonas_rows_inside(&p->window, p->dilation_height, y);
        region.rows = rows.count;
        for (int32_t x = 0; x < p->window.output_width; ++x) {
            const protonas_taps columns = protonas_columns_inside(&p->window, p->dilation_width, x);
            const int32_t pixel = rows.position * p->window.input_width + columns.position;
            const int8_t *weights = p->weights + rows.first * region.weight_row_step + columns.first * depth;
            region.runs = whole_rows ? 1 : columns.count;
            region.run_bytes = whole_rows ? columns.count * depth : depth;
            for (int32_t group = 0; group < p->groups; ++group) {
                const int32_t first = group * group_outputs;
                region.input = in + pixel * input_channels + group * depth;
                protonas_convolve_channels(&stage, &region, weights, first, first + group_outputs, out);
            }
            out += output_channels;
        }
    }
}
