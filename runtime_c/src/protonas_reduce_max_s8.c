#include "protonas_reduce_max_s8.h"

/* The greatest along the axes that are gone, from the first element on. */
static int8_t greatest_from(const protonas_reduce_max_s8_params *p, const int8_t *first)
{
    const int32_t count = p->gone_inner_size;
    const int32_t step = p->gone_inner_step;
    int8_t greatest = *first;
    for (int32_t outer = 0; outer < p->gone_outer_size; ++outer) {
        int32_t at = outer * p->gone_outer_step;
        for (int32_t inner = count; inner > 0; --inner) {
            greatest = first[at] > greatest ? first[at] : greatest;
            at += step;
        }
    }
    return greatest;
}

void protonas_reduce_max_s8(const protonas_reduce_max_s8_params *p, const int8_t *in, int8_t *out)
{
    for (int32_t outer = 0; outer < p->kept_outer_size; ++outer) {
        const int8_t *first = in + outer * p->kept_outer_step;
        for (int32_t inner = 0; inner < p->kept_inner_size; ++inner) {
            *out++ = greatest_from(p, first);
            first += p->kept_inner_step;
        }
    }
}
