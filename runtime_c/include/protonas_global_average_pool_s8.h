/* Mean over a whole int8 map, channel by channel. */
#ifndef PROTONAS_GLOBAL_AVERAGE_POOL_S8_H
#define PROTONAS_GLOBAL_AVERAGE_POOL_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t pixels; /* height * width */
    int32_t channels;
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t multiplier; /* sum over the pixels to output: 1 / pixels is folded in */
    int32_t shift;
} protonas_global_average_pool_s8_params;

/* in: [pixels][channels]; out: [channels]. out may be in, or begin before it. */
void protonas_global_average_pool_s8(const protonas_global_average_pool_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_GLOBAL_AVERAGE_POOL_S8_H */
