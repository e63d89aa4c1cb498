#include "protonas_depthwise_conv2d_s8.h"

#include "protonas_noinline.h"
#include "protonas_output_stage.h"
#include "protonas_taps.h"

#ifndef PROTONAS_PARAMS
#define PROTONAS_PARAMS protonas_depthwise_conv2d_s8_params /* variants of this source bring their own */
#endif

/* Channels computed at a time where each input channel makes one output channel. */
#define LANES 4

/* A weight of an output channel less its zero point. */
#ifdef PROTONAS_WEIGHT_ZERO_POINT
#define WEIGHT(stored, output) ((stored) - region->weight_zero_points[output])
#else
#define WEIGHT(stored, output) (stored)
#endif

/* The taps of one window that lie inside the map. Steps are in bytes. */
typedef struct {
    const int8_t *input;
    const int8_t *weights;
    int32_t rows;
    int32_t columns;
    int32_t input_row_step;
    int32_t input_column_step;
    int32_t weight_row_step;
    int32_t weight_column_step;
    int32_t zero_point;
#ifdef PROTONAS_WEIGHT_ZERO_POINT
    const int8_t *weight_zero_points;
#endif
    int32_t channel_multiplier;
    int32_t outputs;
} depthwise_region;

/* sums[i] = the products of input channel `channel` + i with the output channel of that number, for four i. */
static PROTONAS_NOINLINE void accumulate_four(const depthwise_region *region, int32_t channel, int32_t *sums)
{
    const int32_t zero_point = region->zero_point;
    int32_t sum0 = 0;
    int32_t sum1 = 0;
    int32_t sum2 = 0;
    int32_t sum3 = 0;
    for (int32_t row = 0; row < region->rows; ++row) {
        int32_t at = row * region->input_row_step + channel;
        int32_t tap = row * region->weight_row_step + channel;
        for (int32_t column = region->columns; column > 0; --column) {
            const int8_t *input = region->input + at;
            const int8_t *weights = region->weights + tap;
            sum0 += (input[0] - zero_point) * WEIGHT(weights[0], channel);
            sum1 += (input[1] - zero_point) * WEIGHT(weights[1], channel + 1);
            sum2 += (input[2] - zero_point) * WEIGHT(weights[2], channel + 2);
            sum3 += (input[3] - zero_point) * WEIGHT(weights[3], channel + 3);
            at += region->input_column_step;
            tap += region->weight_column_step;
        }
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
}

/* The products of input channel `channel` with output channel `output`. */
static PROTONAS_NOINLINE int32_t accumulate_one(const depthwise_region *region, int32_t channel, int32_t output)
{
    int32_t sum = 0;
    for (int32_t row = 0; row < region->rows; ++row) {
        int32_t at = row * region->input_row_step + channel;
        int32_t tap = row * region->weight_row_step + output;
        for (int32_t column = region->columns; column > 0; --column) {
            sum += (region->input[at] - region->zero_point) * WEIGHT(region->weights[tap], output);
            at += region->input_column_step;
            tap += region->weight_column_step;
        }
    }
    return sum;
}

/* All output channels of one pixel, in order. `channel` is the input channel of the next output, `repeat` how many
 * outputs it has made: counting them spares a division.
 */
static void convolve_pixel(const protonas_output_stage *stage, const depthwise_region *region, int8_t *out)
{
    int32_t sums[PROTONAS_STAGE_CHANNELS];
    int32_t channel = 0;
    int32_t repeat = 0;
    for (int32_t output = 0; output < region->outputs; output += PROTONAS_STAGE_CHANNELS) {
        const int32_t rest = region->outputs - output;
        const int32_t count = rest < PROTONAS_STAGE_CHANNELS ? rest : PROTONAS_STAGE_CHANNELS;
        int32_t lane = 0;
        while (lane < count) {
            if (region->channel_multiplier == 1 && count - lane >= LANES) {
                accumulate_four(region, channel, sums + lane);
                lane += LANES;
                channel += LANES;
                continue;
            }
            sums[lane] = accumulate_one(region, channel, output + lane);
            lane += 1;
            repeat += 1;
            if (repeat == region->channel_multiplier) {
                repeat = 0;
                channel += 1;
            }
        }
        protonas_store_channels(stage, sums, output, count, out + output);
    }
}

void protonas_depthwise_conv2d_s8(const PROTONAS_PARAMS *p, const int8_t *in, int8_t *out)
{
    const int32_t outputs = p->channels * p->channel_multiplier;
    const protonas_output_stage stage = PROTONAS_OUTPUT_STAGE(p);
    depthwise_region region;
    region.input_row_step = p->dilation_height * p->window.input_width * p->channels;
    region.input_column_step = p->dilation_width * p->channels;
    region.weight_row_step = p->window.kernel_width * outputs;
    region.weight_column_step = outputs;
    region.zero_point = p->input_zero_point;
#ifdef PROTONAS_WEIGHT_ZERO_POINT
    region.weight_zero_points = p->weight_zero_points;
#endif
    region.channel_multiplier = p->channel_multiplier;
    region.outputs = outputs;

    for (int32_t y = 0; y < p->window.output_height; ++y) {
        const protonas_taps rows = protonas_rows_inside(&p->window, p->dilation_height, y);
        region.rows = rows.count;
        for (int32_t x = 0; x < p->window.output_width; ++x) {
            const protonas_taps columns = protonas_columns_inside(&p->window, p->dilation_width, x);
            region.columns = columns.count;
            region.input = in + (rows.position * p->window.input_width + columns.position) * p->channels;
            region.weights = p->weights + rows.first * region.weight_row_step + columns.first * outputs;
            convolve_pixel(&stage, &region, out);
            out += outputs;
        }
    }
}
