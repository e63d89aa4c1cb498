#include "protonas_depthwise_conv2d_s4.h"

#include "protonas_dot_s4.h"
#include "protonas_noinline.h"
#include "protonas_output_stage.h"
#include "protonas_taps.h"

/* The taps of one window that lie inside the map. Steps are in elements. */
typedef struct {
    const int8_t *input;
    const uint8_t *weights;
    int32_t tap; /* the first inside the map, of output channel 0 */
    int32_t rows;
    int32_t columns;
    int32_t input_row_step;
    int32_t input_column_step;
    int32_t weight_row_step;
    int32_t weight_column_step;
    int32_t zero_point;
} packed_window;

/* The products of input channel `channel` with output channel `output`. */
static PROTONAS_NOINLINE int32_t accumulate(const packed_window *region, int32_t channel, int32_t output)
{
    int32_t sum = 0;
    for (int32_t row = 0; row < region->rows; ++row) {
        int32_t at = row * region->input_row_step + channel;
        int32_t tap = region->tap + row * region->weight_row_step + output;
        for (int32_t column = region->columns; column > 0; --column) {
            sum += (region->input[at] - region->zero_point) * protonas_int4_at(region->weights, tap);
            at += region->input_column_step;
            tap += region->weight_column_step;
        }
    }
    return sum;
}

/* All output channels of one pixel, in order. */
static void convolve_pixel(const protonas_depthwise_conv2d_s4_params *p, const packed_window *region, int8_t *out)
{
    const protonas_output_stage stage = PROTONAS_OUTPUT_STAGE(p);
    int32_t output = 0;
    for (int32_t channel = 0; channel < p->channels; ++channel) {
        for (int32_t repeat = p->channel_multiplier; repeat > 0; --repeat) {
            const int32_t sum = accumulate(region, channel, output);
            protonas_store_channels(&stage, &sum, output, 1, out + output);
            output += 1;
        }
    }
}

void protonas_depthwise_conv2d_s4(const protonas_depthwise_conv2d_s4_params *p, const int8_t *in, int8_t *out)
{
    const int32_t outputs = p->channels * p->channel_multiplier;
    packed_window region;
    region.weights = p->weights;
    region.input_row_step = p->dilation_height * p->window.input_width * p->channels;
    region.input_column_step = p->dilation_width * p->channels;
    region.weight_row_step = p->window.kernel_width * outputs;
    region.weight_column_step = outputs;
    region.zero_point = p->input_zero_point;

    for (int32_t y = 0; y < p->window.output_height; ++y) {
        const protonas_taps rows = protonas_rows_inside(&p->window, p->dilation_height, y);
        region.rows = rows.count;
        for (int32_t x = 0; x < p->window.output_width; ++x) {
            const protonas_taps columns = protonas_columns_inside(&p->window, p->dilation_width, x);
            region.columns = columns.count;
            region.input = in + (rows.position * p->window.input_width + columns.position) * p->channels;
            region.tap = rows.first * region.weight_row_step + columns.first * outputs;
            convolve_pixel(p, &region, out);
            out += outputs;
        }
    }
}
