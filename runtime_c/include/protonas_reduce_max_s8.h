/* The greatest of int8 numbers along any axes; one quantization. */
#ifndef PROTONAS_REDUCE_MAX_S8_H
#define PROTONAS_REDUCE_MAX_S8_H

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
} protonas_reduce_max_s8_params;

/* in: both kinds of axes, in any order; out: [kept_outer_size][kept_inner_size]. out may be in, or begin before it.
 */
void protonas_reduce_max_s8(const protonas_reduce_max_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_REDUCE_MAX_S8_H */
