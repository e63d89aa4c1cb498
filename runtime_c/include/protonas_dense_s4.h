/* Fully connected layer on int8, its weights int4: two to a byte, the first in the low half. */
#ifndef PROTONAS_DENSE_S4_H
#define PROTONAS_DENSE_S4_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint8_t *weights;    /* int4, packed: [output_size][input_size] */
    const int32_t *bias;       /* [output_size], or NULL */
    const int32_t *multiplier; /* [output_size]: accumulator to output, see protonas_requantize.h */
    const int8_t *shift;       /* [output_size] */
    int32_t input_size;
    int32_t output_size;
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_dense_s4_params;

/* in: [input_size]; out: [output_size]; they must not overlap. */
void protonas_dense_s4(const protonas_dense_s4_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_DENSE_S4_H */
