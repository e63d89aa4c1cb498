#include "protonas_conv2d_s16.h"

#include "protonas_conv_region_s16.h"
#include "protonas_taps.h"

#ifndef PROTONAS_PARAMS
#define PROTONAS_PARAMS protonas_conv2d_s16_params /* variants of this source bring their own */
#endif

/* All output channels of one pixel; the region's input is group 0's. */
static void convolve_pixel(const PROTONAS_PARAMS *p, protonas_conv_region_s16 *region, const int8_t *weights,
                           int16_t *out)
{
    const protonas_output_stage_s16 stage = PROTONAS_OUTPUT_STAGE_S16(p);
    const int32_t filter_size = p->window.kernel_height * p->window.kernel_width * p->group_input_channels;
    int32_t channel = 0;
    for (int32_t group = 0; group < p->groups; ++group) {
        for (int32_t output = p->group_output_channels; output > 0; --output) {
            out[channel] = protonas_finish_channel(&stage, protonas_accumulate_s16(region, weights), channel);
            weights += filter_size;
            channel += 1;
        }
        region->input += p->group_input_channels;
    }
}

void protonas_conv2d_s16(const PROTONAS_PARAMS *p, const int16_t *in, int16_t *out)
{
    const int32_t depth = p->group_input_channels;
    const int32_t input_channels = p->groups * depth;
    const int32_t whole_rows = p->groups == 1 && p->dilation_width == 1;
    protonas_conv_region_s16 region;
    region.input_row_step = p->dilation_height * p->window.input_width * input_channels;
    region.input_run_step = p->dilation_width * input_channels;
    region.weight_row_step = p->window.kernel_width * depth;
    region.weight_run_step = depth;

    for (int32_t y = 0; y < p->window.output_height; ++y) {
        const protonas_taps rows = protonas_rows_inside(&p->window, p->dilation_height, y);
        region.rows = rows.count;
        for (int32_t x = 0; x < p->window.output_width; ++x) {
            const protonas_taps columns = protonas_columns_inside(&p->window, p->dilation_width, x);
            const int8_t *weights = p->weights + rows.first * region.weight_row_step + columns.first * depth;
            region.input = in + (rows.position * p->window.input_width + columns.position) * input_channels;
            region.runs = whole_rows ? 1 : columns.count;
            region.run_size = whole_rows ? columns.count * depth : depth;
            convolve_pixel(p, &region, weights, out);
            out += p->groups * p->group_output_channels;
        }
    }
}
