/* Sigmoid or tanh of int16 numbers, interpolated in a table. The output has scale 2^-15 and zero point 0. */
#ifndef PROTONAS_CURVE_S16_H
#define PROTONAS_CURVE_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int16_t *table; /* [256]: sigmoid(i / 24) with 16 fractional bits, less one half */
    int32_t size;         /* elements */
    int32_t is_tanh;      /* 1 for tanh, 0 for sigmoid */
    int32_t factor;       /* input to argument, in which 24 * 512 stands for 1; at most 32767 */
    int32_t shift;        /* of the argument, to the right */
} protonas_curve_s16_params;

/* in, out: [size]. out may be in, or begin before it. */
void protonas_curve_s16(const protonas_curve_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CURVE_S16_H */
