/* Sum of int16 numbers along any axes, or their mean: that is in the multiplier. */
#ifndef PROTONAS_SUM_S16_H
#define PROTONAS_SUM_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t kept_outer_size; /* axes that stay, joined to at most two */
    int32_t kept_inner_size;
    int32_t kept_outer_step; /* elements of in from one index of the axis to the next */
    int32_t kept_inner_step;
    int32_t gone_outer_size; /* axes that are gone, joined to at most two */
    int32_t gone_inner_size;
    int32_t gone_outer_step;
    int32_t gone_inner_step;
    int32_t zero_point_sum; /* the input's zero point times the numbers in one sum */
    int32_t output_zero_point;
    int32_t multiplier; /* sum to output; a mean has 1 / the numbers in one sum folded in */
    int32_t shift;
} protonas_sum_s16_params;

/* in: both kinds of axes, in any order; out: [kept_outer_size][kept_inner_size]. out may be in, or begin before it.
 */
void protonas_sum_s16(const protonas_sum_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_SUM_S16_H */
