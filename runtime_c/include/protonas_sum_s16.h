/* Sum of int16 numbers along any axes, or their mean: that is in the multiplier. */
#ifndef PROTONAS_SUM_S16_H
#define PROTONAS_SUM_S16_H

#include <stdint.h>

#include "protonas_sum_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_sum_s8_params protonas_sum_s16_params;

/* in: both kinds of axes, in any order; out: [kept_outer_size][kept_inner_size]. out may be in, or begin before it.
 */
void protonas_sum_s16(const protonas_sum_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_SUM_S16_H */
