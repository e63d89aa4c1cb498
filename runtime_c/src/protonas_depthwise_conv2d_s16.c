#include "protonas_depthwise_conv2d_s16.h"

#include "protonas_noinline.h"
#include "protonas_output_stage_s16.h"
#include "protonas_taps.h"

/* The taps of one window that lie inside the map. Steps are in elements. */
typedef struct {
    const int16_t *input;
    const int8_t *weights;
    int32_t rows;
    int32_t columns;
    int32_t input_row_step;
    int32_t input_column_step;
    int32_t weight_row_step;
    int32_t weight_column_step;
} wide_window;

/* The products of input channel `channel` with output channel `output`. */
static PROTONAS_NOINLINE int64_t accumulate(const wide_window *region, int32_t channel, int32_t output)
{
    int64_t sum = 0;
    for (int32_t row = 0; row < region->rows; ++row) {
        int32_t at = row * region->input_row_step + channel;
        int32_t tap = row * region->weight_row_step + output;
        for (int32_t column = region->columns; column > 0; --column) {
            sum += region->input[at] * region->weights[tap];
            at += region->input_column_step;
            tap += region->weight_column_step;
        }
    }
    return sum;
}

/* All output channels of one pixel, in order. */
static void convolve_pixel(const protonas_depthwise_conv2d_s16_params *p, const wide_window *region, int16_t *out)
{
    const protonas_output_stage_s16 stage = PROTONAS_OUTPUT_STAGE_S16(p);
    int32_t output = 0;
    for (int32_t channel = 0; channel < p->channels; ++channel) {
        for (int32_t repeat = p->channel_multiplier; repeat > 0; --repeat) {
            out[output] = protonas_finish_channel(&stage, accumulate(region, channel, output), output);
            output += 1;
        }
    }
}

void protonas_depthwise_conv2d_s16(const protonas_depthwise_conv2d_s16_params *p, const int16_t *in, int16_t *out)
{
    const int32_t outputs = p->channels * p->channel_multiplier;
    wide_window region;
    region.input_row_step = p->dilation_height * p->window.input_width * p->channels;
    region.input_column_step = p->dilation_width * p->channels;
    region.weight_row_step = p->window.kernel_width * outputs;
    region.weight_column_step = outputs;

    for (int32_t y = 0; y < p->window.output_height; ++y) {
        const protonas_taps rows = protonas_rows_inside(&p->window, p->dilation_height, y);
        region.rows = rows.count;
        for (int32_t x = 0; x < p->window.output_width; ++x) {
            const protonas_taps columns = protonas_columns_inside(&p->window, p->dilation_width, x);
            region.columns = columns.count;
            region.input = in + (rows.position * p->window.input_width + columns.position) * p->channels;
            region.weights = p->weights + rows.first * region.weight_row_step + columns.first * outputs;
            convolve_pixel(p, &region, out);
            out += outputs;
        }
    }
}
