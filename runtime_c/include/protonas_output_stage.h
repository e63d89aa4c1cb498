/* The end of convolution and dense: sums get their bias, are rescaled channel by channel, clamped and stored. */
#ifndef PROTONAS_OUTPUT_STAGE_H
#define PROTONAS_OUTPUT_STAGE_H

#include <stddef.h>
#include <stdint.h>

#include "protonas_clamp.h"
#include "protonas_noinline.h"
#include "protonas_requantize.h"

/* The most channels that are stored at a time: their sums lie on the stack, 4 bytes each. */
#define PROTONAS_STAGE_CHANNELS 16

typedef struct {
    const int32_t *bias; /* NULL where there is none */
    const int32_t *multiplier;
    const int8_t *shift;
    int32_t zero_point;
    int32_t low; /* bounds of the output, less its zero point: it is added after clamping, where nothing overflows */
    int32_t high;
} protonas_output_stage;

/* What a parameter struct says of the output; a macro because every kernel has a struct of its own. */
#define PROTONAS_OUTPUT_STAGE(p)                                                                                       \
    {                                                                                                                  \
        (p)->bias, (p)->multiplier, (p)->shift, (p)->output_zero_point, (p)->activation_min - (p)->output_zero_point,  \
            (p)->activation_max - (p)->output_zero_point                                                               \
    }

/* out[0 .. count - 1] = the outputs of channels first .. first + count - 1, from sums[0 .. count - 1]. */
static PROTONAS_NOINLINE void protonas_store_channels(const protonas_output_stage *stage, const int32_t *sums,
                                                      int32_t first, int32_t count, int8_t *out)
{
    const int32_t *const bias = stage->bias != NULL ? stage->bias + first : NULL;
    const int32_t *const multiplier = stage->multiplier + first;
    const int8_t *const shift = stage->shift + first;
    const int32_t zero_point = stage->zero_point;
    const int32_t low = stage->low;
    const int32_t high = stage->high;
    for (int32_t i = 0; i < count; ++i) {
        const int32_t sum = bias != NULL ? sums[i] + bias[i] : sums[i];
        const int32_t value = protonas_requantize(sum, multiplier[i], shift[i]);
        out[i] = (int8_t)(protonas_clamp(value, low, high) + zero_point);
    }
}

#endif /* PROTONAS_OUTPUT_STAGE_H */
