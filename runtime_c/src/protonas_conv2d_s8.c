#include "protonas_conv2d_s8.h"

#include <stddef.h>

#include "protonas_dot_s8.h"
#include "protonas_requantize.h"
#include "protonas_taps.h"

/* The part of one window that lies inside the map, as rows of runs. A run is contiguous both in the map and in the
 * weights: all columns at once where neither groups nor dilation part them, else one tap.
 */
typedef struct {
    const int8_t *input;
    const int8_t *weights;
    int32_t rows;
    int32_t runs;
    int32_t run_bytes;
    int32_t input_row_step;
    int32_t input_run_step;
    int32_t weight_row_step;
    int32_t weight_run_step;
    int32_t filter_bytes;
    int32_t zero_point;
} conv_region;

/* Adds `lanes` (1 or 4, a constant where it is called) output channels' products over the region to sums. */
static inline void accumulate(const conv_region *region, int32_t lanes, int32_t *sums)
{
    for (int32_t row = 0; row < region->rows; ++row) {
        for (int32_t run = 0; run < region->runs; ++run) {
            const int8_t *input = region->input + row * region->input_row_step + run * region->input_run_step;
            const int8_t *weights =
                region->weights + row * region->weight_row_step + run * region->weight_run_step;
            if (lanes == PROTONAS_DOT_ROWS) {
                protonas_dot_four_rows_s8(input, weights, region->filter_bytes, region->run_bytes,
                                          region->zero_point, sums);
            } else {
                protonas_dot_one_row_s8(input, weights, region->run_bytes, region->zero_point, sums);
            }
        }
    }
}

/* Output channels first .. last - 1 of one pixel, of which `tap` is the first tap inside the map. */
static void convolve_channels(const protonas_conv2d_s8_params *p, conv_region *region, int32_t first, int32_t last,
                              int32_t tap, int8_t *out)
{
    int32_t channel = first;
    while (channel < last) {
        region->weights = p->weights + channel * region->filter_bytes + tap;
        const int32_t lanes = last - channel >= PROTONAS_DOT_ROWS ? PROTONAS_DOT_ROWS : 1;
        int32_t sums[PROTONAS_DOT_ROWS] = {0, 0, 0, 0};
        if (lanes == PROTONAS_DOT_ROWS) {
            accumulate(region, PROTONAS_DOT_ROWS, sums);
        } else {
            accumulate(region, 1, sums);
        }
        for (int32_t lane = 0; lane < lanes; ++lane) {
            const int32_t bias = p->bias != NULL ? p->bias[channel] : 0;
            const int32_t value = protonas_requantize(sums[lane] + bias, p->multiplier[channel], p->shift[channel]);
            out[channel] =
                protonas_to_int8(value, p->output_zero_point, p->activation_min, p->activation_max);
            ++channel;
        }
    }
}

void protonas_conv2d_s8(const protonas_conv2d_s8_params *p, const int8_t *in, int8_t *out)
{
    const int32_t depth = p->input_channels / p->groups;
    const int32_t group_outputs = p->output_channels / p->groups;
    const int32_t whole_rows = p->groups == 1 && p->dilation_width == 1;
    conv_region region;
    region.input_row_step = p->dilation_height * p->input_width * p->input_channels;
    region.input_run_step = p->dilation_width * p->input_channels;
    region.weight_row_step = p->kernel_width * depth;
    region.weight_run_step = depth;
    region.filter_bytes = p->kernel_height * region.weight_row_step;
    region.zero_point = p->input_zero_point;

    for (int32_t y = 0; y < p->output_height; ++y) {
        const protonas_taps rows = protonas_taps_inside(y * p->stride_height - p->pad_top, p->kernel_height,
                                                        p->dilation_height, p->input_height);
        region.rows = rows.count;
        for (int32_t x = 0; x < p->output_width; ++x) {
            const protonas_taps columns = protonas_taps_inside(x * p->stride_width - p->pad_left, p->kernel_width,
                                                               p->dilation_width, p->input_width);
            const int32_t pixel = rows.position * p->input_width + columns.position;
            const int32_t tap = rows.first * region.weight_row_step + columns.first * depth;
            region.runs = whole_rows ? 1 : columns.count;
            region.run_bytes = whole_rows ? columns.count * depth : depth;
            for (int32_t group = 0; group < p->groups; ++group) {
                const int32_t first = group * group_outputs;
                region.input = in + pixel * p->input_channels + group * depth;
                convolve_channels(p, &region, first, first + group_outputs, tap, out);
            }
            out += p->output_channels;
        }
    }
}
