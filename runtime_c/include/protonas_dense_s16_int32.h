/* Dense layer of int16 numbers with sums of 32 bits: its bias is int32. Zero points are 0. */
#ifndef PROTONAS_DENSE_S16_INT32_H
#define PROTONAS_DENSE_S16_INT32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;     /* [output_size][input_size] */
    const int32_t *bias;       /* [output_size], or NULL */
    const int32_t *multiplier; /* [output_size]: accumulator to output, see protonas_requantize.h */
    const int8_t *shift;       /* [output_size] */
    int32_t input_size;
    int32_t output_size;
    int32_t activation_min; /* inclusive bounds of the output, within int16 */
    int32_t activation_max;
} protonas_dense_s16_int32_params;

/* in: [input_size]; out: [output_size]; they must not overlap. */
void protonas_dense_s16_int32(const protonas_dense_s16_int32_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_DENSE_S16_INT32_H */
