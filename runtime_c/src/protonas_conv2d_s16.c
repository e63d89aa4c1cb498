#include "protonas_conv2d_s16.h"

#include "protonas_noinline.h"
#include "protonas_output_stage_s16.h"
#include "protonas_taps.h"

/* The part of one window that lies inside the map, as rows of runs that are contiguous in map and weights: all columns
 * at once where neither groups nor dilation part them, else one tap. Steps and sizes are in elements.
 */
typedef struct {
    const int16_t *input;
    int32_t rows;
    int32_t runs;
    int32_t run_size;
    int32_t input_row_step;
    int32_t input_run_step;
    int32_t weight_row_step;
    int32_t weight_run_step;
} wide_region;

/* The products of the region with one output channel, whose first tap inside the map weights points to. */
static PROTONAS_NOINLINE int64_t accumulate(const wide_region *region, const int8_t *weights)
{
    int64_t sum = 0;
    for (int32_t row = 0; row < region->rows; ++row) {
        const int16_t *input = region->input + row * region->input_row_step;
        const int8_t *taps = weights + row * region->weight_row_step;
        for (int32_t run = region->runs; run > 0; --run) {
            sum = protonas_dot_s16(input, taps, region->run_size, sum);
            input += region->input_run_step;
            taps += region->weight_run_step;
        }
    }
    return sum;
}

/* All output channels of one pixel; the region's input is group 0's. */
static void convolve_pixel(const protonas_conv2d_s16_params *p, wide_region *region, const int8_t *weights,
                           int16_t *out)
{
    const protonas_output_stage_s16 stage = PROTONAS_OUTPUT_STAGE_S16(p);
    const int32_t filter_size = p->window.kernel_height * p->window.kernel_width * p->group_input_channels;
    int32_t channel = 0;
    for (int32_t group = 0; group < p->groups; ++group) {
        for (int32_t output = p->group_output_channels; output > 0; --output) {
            out[channel] = protonas_finish_channel(&stage, accumulate(region, weights), channel);
            weights += filter_size;
            channel += 1;
        }
        region->input += p->group_input_channels;
    }
}

void protonas_conv2d_s16(const protonas_conv2d_s16_params *p, const int16_t *in, int16_t *out)
{
    const int32_t depth = p->group_input_channels;
    const int32_t input_channels = p->groups * depth;
    const int32_t whole_rows = p->groups == 1 && p->dilation_width == 1;
    wide_region region;
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
