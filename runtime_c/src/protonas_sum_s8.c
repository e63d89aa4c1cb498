#include "protonas_sum_s8.h"

#include "protonas_element.h"
#include "protonas_requantize.h"

/* The sum over the axes that are gone, from the first element on. */
static int32_t sum_from(const protonas_sum_s8_params *p, const PROTONAS_ELEMENT *first)
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

void protonas_sum_s8(const protonas_sum_s8_params *p, const PROTONAS_ELEMENT *in, PROTONAS_ELEMENT *out)
{
    for (int32_t outer = 0; outer < p->kept_outer_size; ++outer) {
        const PROTONAS_ELEMENT *first = in + outer * p->kept_outer_step;
        for (int32_t inner = 0; inner < p->kept_inner_size; ++inner) {
            const int32_t sum = sum_from(p, first) - p->zero_point_sum;
            const int32_t value = protonas_requantize(sum, p->multiplier, p->shift);
            *out++ = PROTONAS_TO_ELEMENT(value, p->output_zero_point, PROTONAS_ELEMENT_MIN, PROTONAS_ELEMENT_MAX);
            first += p->kept_inner_step;
        }
    }
}
