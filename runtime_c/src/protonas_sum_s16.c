#include "protonas_sum_s16.h"

#include "protonas_clamp.h"
#include "protonas_requantize.h"

/* The sum over the axes that are gone, from the first element on. */
static int32_t sum_from(const protonas_sum_s16_params *p, const int16_t *first)
{
    const int32_t count = p->gone_inner_size;
    const int32_t step = p->gone_inner_step;
    int32_t sum = 0;
    for (int32_t outer = 0; outer < p->gone_outer_size; ++outer) {
        int32_t at = outer * p->gone_outer_step;
        for (int32_t inner = count; inner > 0; --inner) {
            sum += first[at];
            at += step;
        }
    }
    return sum;
}

void protonas_sum_s16(const protonas_sum_s16_params *p, const int16_t *in, int16_t *out)
{
    for (int32_t outer = 0; outer < p->kept_outer_size; ++outer) {
        const int16_t *first = in + outer * p->kept_outer_step;
        for (int32_t inner = 0; inner < p->kept_inner_size; ++inner) {
            const int32_t sum = sum_from(p, first) - p->zero_point_sum;
            const int32_t value = protonas_requantize(sum, p->multiplier, p->shift);
            *out++ = protonas_to_int16(value, p->output_zero_point, INT16_MIN, INT16_MAX);
            first += p->kept_inner_step;
        }
    }
}
