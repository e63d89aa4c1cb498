/* Logarithms of softmaxes along rows of int8 numbers; the output has scale 1/16 and zero point 127. */
#ifndef PROTONAS_LOG_SOFTMAX_S8_H
#define PROTONAS_LOG_SOFTMAX_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t rows;
    int32_t row_size;         /* at most 4095 */
    int32_t multiplier;       /* input difference to fixed point with 5 integer bits */
    int32_t shift;
    int32_t least_difference; /* smaller ones count for nothing */
    int32_t reverse_multiplier; /* fixed point to input difference */
    int32_t reverse_shift;
} protonas_log_softmax_s8_params;

/* in, out: [rows][row_size]. out may be in, or begin before it. */
void protonas_log_softmax_s8(const protonas_log_softmax_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_LOG_SOFTMAX_S8_H */
