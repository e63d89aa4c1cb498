#include "protonas_transpose_conv2d_s16.h"

#include "protonas_conv_region_s16.h"
#include "protonas_output_place.h"

/* All output channels of one pixel. */
static void convolve_pixel(const protonas_transpose_conv2d_s16_params *p, const protonas_conv_region_s16 *region,
                           const int8_t *weights, int16_t *out)
{
    const protonas_output_stage_s16 stage = PROTONAS_OUTPUT_STAGE_S16(p);
    const int32_t filter_size = p->kernel_height * p->kernel_width * p->input_channels;
    for (int32_t channel = 0; channel < p->output_channels; ++channel) {
        out[channel] = protonas_finish_channel(&stage, protonas_accumulate_s16(region, weights), channel);
        weights += filter_size;
    }
}

void protonas_transpose_conv2d_s16(const protonas_transpose_conv2d_s16_params *p, const int16_t *in, int16_t *out)
{
    const int32_t depth = p->input_channels;
    const protonas_output_place first_column = protonas_place_after(p->pad_left, p->stride_width);
    protonas_output_place row = protonas_place_after(p->pad_top, p->stride_height);
    protonas_conv_region_s16 region;
    region.input_row_step = -p->input_width * depth;
    region.input_run_step = -depth;
    region.weight_row_step = p->stride_height * p->kernel_width * depth;
    region.weight_run_step = p->stride_width * depth;
    region.run_size = depth;

    for (int32_t y = 0; y < p->output_height; ++y) {
        const protonas_taps rows = protonas_taps_reaching(row, p->kernel_height, p->stride_height, p->input_height);
        protonas_output_place column = first_column;
        region.rows = rows.count;
        for (int32_t x = 0; x < p->output_width; ++x) {
            const protonas_taps columns = protonas_taps_reaching(column, p->kernel_width, p->stride_width,
                                                                 p->input_width);
            const int8_t *weights = p->weights + (rows.first * p->kernel_width + columns.first) * depth;
            region.runs = columns.count;
            region.input = in + (rows.position * p->input_width + columns.position) * depth;
            convolve_pixel(p, &region, weights, out);
            out += p->output_channels;
            protonas_step_place(&column, p->stride_width);
        }
        protonas_step_place(&row, p->stride_height);
    }
}
