/* Elementwise product of int8 tensors; the right one may be repeated. */
#ifndef PROTONAS_MUL_S8_H
#define PROTONAS_MUL_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t size;       /* elements of left and out */
    int32_t right_size; /* elements of right; divides size: right is repeated along the outer dimensions */
    int32_t left_zero_point;
    int32_t right_zero_point;
    int32_t output_zero_point;
    int32_t output_multiplier; /* product to output */
    int32_t output_shift;
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_mul_s8_params;

/* left, out: [size]; right: [right_size]. out may be left, or begin before it; it may be right where
 * right_size equals size.
 */
void protonas_mul_s8(const protonas_mul_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_MUL_S8_H */
