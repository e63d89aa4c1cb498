/* The end of layers on int16: sums get their bias, are rescaled channel by channel, and clamped. Sums have 64 bits
 * and are rescaled by 16-bit multipliers; a source that defines PROTONAS_INT32_SUMS has sums of 32 bits, rescaled as
 * int8 layers' are: TFLite Micro computes so where the bias is int32.
 */
#ifndef PROTONAS_OUTPUT_STAGE_S16_H
#define PROTONAS_OUTPUT_STAGE_S16_H

#include <stddef.h>
#include <stdint.h>

#include "protonas_clamp.h"
#include "protonas_requantize.h"

#ifdef PROTONAS_INT32_SUMS
#define PROTONAS_SUM int32_t
#define PROTONAS_SUM_MULTIPLIER int32_t
#else
#define PROTONAS_SUM int64_t
#define PROTONAS_SUM_MULTIPLIER int16_t
#endif

typedef struct {
    const PROTONAS_SUM *bias; /* NULL where there is none */
    const PROTONAS_SUM_MULTIPLIER *multiplier;
    const int8_t *shift;
    int32_t low;
    int32_t high;
} protonas_output_stage_s16;

/* What a parameter struct says of the output; a macro because every kernel has a struct of its own. */
#define PROTONAS_OUTPUT_STAGE_S16(p)                                                                                   \
    {                                                                                                                  \
        (p)->bias, (p)->multiplier, (p)->shift, (p)->activation_min, (p)->activation_max                               \
    }

/* sum * multiplier / 2^(15 - shift), rounded half up; shift in [-31, 7]. The sum is within 48 bits. */
static inline int32_t protonas_requantize_wide(int64_t sum, int32_t multiplier, int32_t shift)
{
    const int32_t right = 15 - shift;
    const int64_t half = INT64_C(1) << (right - 1);
    return (int32_t)(uint32_t)((sum * multiplier + half) >> right);
}

/* The output of one channel. */
static inline int16_t protonas_finish_channel(const protonas_output_stage_s16 *stage, PROTONAS_SUM sum,
                                              int32_t channel)
{
    const PROTONAS_SUM whole = stage->bias != NULL ? sum + stage->bias[channel] : sum;
#ifdef PROTONAS_INT32_SUMS
    const int32_t value = protonas_requantize(whole, stage->multiplier[channel], stage->shift[channel]);
#else
    const int32_t value = protonas_requantize_wide(whole, stage->multiplier[channel], stage->shift[channel]);
#endif
    return (int16_t)protonas_clamp(value, stage->low, stage->high);
}

/* sum + the sum over k < count of x[k] * weights[k]. */
static inline PROTONAS_SUM protonas_dot_s16(const int16_t *x, const int8_t *weights, int32_t count, PROTONAS_SUM sum)
{
    const int16_t *const end = x + count;
    while (x != end) {
        sum += *x++ * *weights++;
    }
    return sum;
}

#endif /* PROTONAS_OUTPUT_STAGE_S16_H */
