#include "protonas_transpose_conv2d_s8.h"

#include "protonas_conv_region.h"
#include "protonas_output_place.h"

void protonas_transpose_conv2d_s8(const protonas_transpose_conv2d_s8_params *p, const int8_t *in, int8_t *out)
{
    const int32_t depth = p->input_channels;
    const protonas_output_stage stage = PROTONAS_OUTPUT_STAGE(p);
    const protonas_output_place first_column = protonas_place_after(p->pad_left, p->stride_width);
    protonas_output_place row = protonas_place_after(p->pad_top, p->stride_height);
    protonas_conv_region region;
    region.input_row_step = -p->input_width * depth;
    region.input_run_step = -depth;
    region.weight_row_step = p->stride_height * p->kernel_width * depth;
    region.weight_run_step = p->stride_width * depth;
    region.filter_bytes = p->kernel_height * p->kernel_width * depth;
    region.run_bytes = depth;
    region.zero_point = p->input_zero_point;

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
            protonas_convolve_channels(&stage, &region, weights, 0, p->output_channels, out);
            out += p->output_channels;
            protonas_step_place(&column, p->stride_width);
        }
        protonas_step_place(&row, p->stride_height);
    }
}
