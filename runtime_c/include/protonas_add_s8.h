/* Elementwise sum of two int8 tensors of one shape. */
#ifndef PROTONAS_ADD_S8_H
#define PROTONAS_ADD_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t size; /* elements */
    int32_t left_zero_point;
    int32_t left_multiplier; /* left input, shifted left by 20, to the common scale */
    int32_t left_shift;
    int32_t right_zero_point;
    int32_t right_multiplier; /* right input, shifted left by 20, to the common scale */
    int32_t right_shift;
    int32_t output_zero_point;
    int32_t output_multiplier; /* sum to output */
    int32_t output_shift;
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_add_s8_params;

/* left, right, out: [size]. out may be left or right, or begin before either. */
void protonas_add_s8(const protonas_add_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_ADD_S8_H */
