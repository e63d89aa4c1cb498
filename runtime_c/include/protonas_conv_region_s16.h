/* Where a window of int16 numbers meets an int8 filter, and the sum of their products. */
#ifndef PROTONAS_CONV_REGION_S16_H
#define PROTONAS_CONV_REGION_S16_H

#include <stdint.h>

#include "protonas_noinline.h"
#include "protonas_output_stage_s16.h"

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
} protonas_conv_region_s16;

/* The products of the region with one output channel, whose first tap inside the map weights points to. */
static PROTONAS_NOINLINE PROTONAS_SUM protonas_accumulate_s16(const protonas_conv_region_s16 *region,
                                                             const int8_t *weights)
{
    PROTONAS_SUM sum = 0;
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

#endif /* PROTONAS_CONV_REGION_S16_H */
