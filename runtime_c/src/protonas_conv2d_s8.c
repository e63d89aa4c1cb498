#include "protonas_conv2d_s8.h"

#include "protonas_dot_s8.h"
#include "protonas_noinline.h"
#include "protonas_output_stage.h"
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

/* sums[i] = products of the region with output channel i of four. Not inlined, nor are the others here: the inner loop
 * then has all registers for itself.
 */
static PROTONAS_NOINLINE void accumulate_four(const conv_region *region, int32_t *sums)
{
    protonas_clear_four_sums(sums);
    for (int32_t row = 0; row < region->rows; ++row) {
        for (int32_t run = 0; run < region->runs; ++run) {
            const int32_t at = row * region->input_row_step + run * region->input_run_step;
            const int32_t tap = row * region->weight_row_step + run * region->weight_run_step;
            protonas_dot_four_rows_s8(region->input + at, region->weights + tap, region->filter_bytes,
                                      region->run_bytes, region->zero_point, sums);
        }
    }
}

/* The products of the region with one output channel. */
static PROTONAS_NOINLINE int32_t accumulate_one(const conv_region *region)
{
    int32_t sum = 0;
    for (int32_t row = 0; row < region->rows; ++row) {
        for (int32_t run = 0; run < region->runs; ++run) {
            const int32_t at = row * region->input_row_step + run * region->input_run_step;
            const int32_t tap = row * region->weight_row_step + run * region->weight_run_step;
            sum += protonas_dot_one_row_s8(region->input + at, region->weights + tap, region->run_bytes,
                                           region->zero_point);
        }
    }
    return sum;
}

/* Output channels first .. last - 1 of one pixel; weights points to the first tap inside the map of channel 0. */
static PROTONAS_NOINLINE void convolve_channels(const protonas_output_stage *stage, conv_region *region,
                                                const int8_t *weights, int32_t first, int32_t last, int8_t *out)
{
    int32_t sums[PROTONAS_STAGE_CHANNELS];
    for (int32_t channel = first; channel < last; channel += PROTONAS_STAGE_CHANNELS) {
        const int32_t count = last - channel < PROTONAS_STAGE_CHANNELS ? last - channel : PROTONAS_STAGE_CHANNELS;
        int32_t lane = 0;
        while (lane < count) {
            region->weights = weights + (channel + lane) * region->filter_bytes;
            const int32_t lanes = count - lane >= PROTONAS_DOT_ROWS ? PROTONAS_DOT_ROWS : 1;
            if (lanes == PROTONAS_DOT_ROWS) {
                accumulate_four(region, sums + lane);
            } else {
                sums[lane] = accumulate_one(region);
            }
            lane += lanes;
        }
        protonas_store_channels(stage, sums, channel, count, out + channel);
    }
}

void protonas_conv2d_s8(const protonas_conv2d_s8_params *p, const int8_t *in, int8_t *out)
{
    const int32_t input_channels = p->groups * p->group_input_channels;
    const int32_t output_channels = p->groups * p->group_output_channels;
    const int32_t depth = p->group_input_channels;
    const int32_t group_outputs = p->group_output_channels;
    const protonas_output_stage stage = PROTONAS_OUTPUT_STAGE(p);
    const int32_t whole_rows = p->groups == 1 && p->dilation_width == 1;
    conv_region region;
    region.input_row_step = p->dilation_height * p->input_width * input_channels;
    region.input_run_step = p->dilation_width * input_channels;
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
            const int8_t *weights = p->weights + rows.first * region.weight_row_step + columns.first * depth;
            region.runs = whole_rows ? 1 : columns.count;
            region.run_bytes = whole_rows ? columns.count * depth : depth;
            for (int32_t group = 0; group < p->groups; ++group) {
                const int32_t first = group * group_outputs;
                region.input = in + pixel * input_channels + group * depth;
                convolve_channels(&stage, &region, weights, first, first + group_outputs, out);
            }
            out += output_channels;
        }
    }
}
