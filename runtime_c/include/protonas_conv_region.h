/* The sums of convolutions: the part of one window that lies inside the map, against many output channels. */
#ifndef PROTONAS_CONV_REGION_H
#define PROTONAS_CONV_REGION_H

#include <stdint.h>

#include "protonas_dot_s8.h"
#include "protonas_noinline.h"
#include "protonas_output_stage.h"
#ifdef PROTONAS_WEIGHT_ZERO_POINT
#include "protonas_weight_zero_point.h"
#endif

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
#ifdef PROTONAS_WEIGHT_ZERO_POINT
    const int8_t *weight_zero_points;
#endif
} protonas_conv_region;

/* sums[i] = products of the region with output channel i of four. Not inlined, nor are the others here: the inner loop
 * then has all registers for itself.
 */
static PROTONAS_NOINLINE void protonas_accumulate_four(const protonas_conv_region *region, int32_t *sums)
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
static PROTONAS_NOINLINE int32_t protonas_accumulate_one(const protonas_conv_region *region)
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

#ifdef PROTONAS_WEIGHT_ZERO_POINT
/* The inputs of the region less their zero point, added up. */
static PROTONAS_NOINLINE int32_t protonas_region_total(const protonas_conv_region *region)
{
    int32_t sum = 0;
    for (int32_t row = 0; row < region->rows; ++row) {
        for (int32_t run = 0; run < region->runs; ++run) {
            const int32_t at = row * region->input_row_step + run * region->input_run_step;
            sum += protonas_centred_sum(region->input + at, region->run_bytes, region->zero_point);
        }
    }
    return sum;
}
#endif

/* Output channels first .. last - 1 of one pixel; weights points to the first tap inside the map of channel 0. */
static PROTONAS_NOINLINE void protonas_convolve_channels(const protonas_output_stage *stage,
                                                         protonas_conv_region *region, const int8_t *weights,
                                                         int32_t first, int32_t last, int8_t *out)
{
    int32_t sums[PROTONAS_STAGE_CHANNELS];
#ifdef PROTONAS_WEIGHT_ZERO_POINT
    const int32_t total = protonas_region_total(region);
#endif
    for (int32_t channel = first; channel < last; channel += PROTONAS_STAGE_CHANNELS) {
        const int32_t count = last - channel < PROTONAS_STAGE_CHANNELS ? last - channel : PROTONAS_STAGE_CHANNELS;
        int32_t lane = 0;
        while (lane < count) {
            region->weights = weights + (channel + lane) * region->filter_bytes;
            const int32_t lanes = count - lane >= PROTONAS_DOT_ROWS ? PROTONAS_DOT_ROWS : 1;
            if (lanes == PROTONAS_DOT_ROWS) {
                protonas_accumulate_four(region, sums + lane);
            } else {
                sums[lane] = protonas_accumulate_one(region);
            }
            lane += lanes;
        }
#ifdef PROTONAS_WEIGHT_ZERO_POINT
        protonas_lower_sums(sums, count, region->weight_zero_points + channel, total);
#endif
        protonas_store_channels(stage, sums, channel, count, out + channel);
    }
}

#endif /* PROTONAS_CONV_REGION_H */
