#include "protonas_conv2d_s4.h"

#include "protonas_dot_s4.h"
#include "protonas_noinline.h"
#include "protonas_output_stage.h"
#include "protonas_taps.h"

/* The part of one window that lies inside the map, as rows of runs that are contiguous in map and weights: all columns
 * at once where neither groups nor dilation part them, else one tap. Steps and sizes are in elements.
 */
typedef struct {
    const int8_t *input;
    const uint8_t *weights;
    int32_t rows;
    int32_t runs;
    int32_t run_size;
    int32_t input_row_step;
    int32_t input_run_step;
    int32_t weight_row_step;
    int32_t weight_run_step;
    int32_t zero_point;
} packed_region;

/* The products of the region with one output channel, whose first tap inside the map is weight `first`. */
static PROTONAS_NOINLINE int32_t accumulate(const packed_region *region, int32_t first)
{
    int32_t sum = 0;
    for (int32_t row = 0; row < region->rows; ++row) {
        const int8_t *input = region->input + row * region->input_row_step;
        int32_t tap = first + row * region->weight_row_step;
        for (int32_t run = region->runs; run > 0; --run) {
            sum = protonas_dot_s4(input, region->weights, tap, region->run_size, region->zero_point, sum);
            input += region->input_run_step;
            tap += region->weight_run_step;
        }
    }
    return sum;
}

/* All output channels of one pixel; the region's input is group 0's, `tap` the first inside the map of channel 0. */
static void convolve_pixel(const protonas_conv2d_s4_params *p, packed_region *region, int32_t tap, int8_t *out)
{
    const protonas_output_stage stage = PROTONAS_OUTPUT_STAGE(p);
    const int32_t filter_size = p->window.kernel_height * p->window.kernel_width * p->group_input_channels;
    int32_t sums[PROTONAS_STAGE_CHANNELS];
    int32_t channel = 0;
    for (int32_t group = 0; group < p->groups; ++group) {
        const int32_t last = channel + p->group_output_channels;
        while (channel < last) {
            const int32_t rest = last - channel;
            const int32_t count = rest < PROTONAS_STAGE_CHANNELS ? rest : PROTONAS_STAGE_CHANNELS;
            for (int32_t lane = 0; lane < count; ++lane) {
                sums[lane] = accumulate(region, tap);
                tap += filter_size;
            }
            protonas_store_channels(&stage, sums, channel, count, out + channel);
            channel += count;
        }
        region->input += p->group_input_channels;
    }
}

void protonas_conv2d_s4(const protonas_conv2d_s4_params *p, const int8_t *in, int8_t *out)
{
    const int32_t depth = p->group_input_channels;
    const int32_t input_channels = p->groups * depth;
    const int32_t whole_rows = p->groups == 1 && p->dilation_width == 1;
    packed_region region;
    region.weights = p->weights;
    region.input_row_step = p->dilation_height * p->window.input_width * input_channels;
    region.input_run_step = p->dilation_width * input_channels;
    region.weight_row_step = p->window.kernel_width * depth;
    region.weight_run_step = depth;
    region.zero_point = p->input_zero_point;

    for (int32_t y = 0; y < p->window.output_height; ++y) {
        const protonas_taps rows = protonas_rows_inside(&p->window, p->dilation_height, y);
        region.rows = rows.count;
        for (int32_t x = 0; x < p->window.output_width; ++x) {
            const protonas_taps columns = protonas_columns_inside(&p->window, p->dilation_width, x);
            region.input = in + (rows.position * p->window.input_width + columns.position) * input_channels;
            region.runs = whole_rows ? 1 : columns.count;
            region.run_size = whole_rows ? columns.count * depth : depth;
            convolve_pixel(p, &region, rows.first * region.weight_row_step + columns.first * depth, out);
            out += p->groups * p->group_output_channels;
        }
    }
}
