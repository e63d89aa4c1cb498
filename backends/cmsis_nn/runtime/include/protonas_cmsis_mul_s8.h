/* Product of two int8 maps of one shape by arm_elementwise_mul_s8. */
#ifndef PROTONAS_CMSIS_MUL_S8_H
#define PROTONAS_CMSIS_MUL_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t size;        /* elements of each map */
    int32_t left_offset; /* minus the zero point, as right_offset */
    int32_t right_offset;
    int32_t output_offset; /* the zero point */
    int32_t output_multiplier;
    int32_t output_shift;
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_cmsis_mul_s8_params;

/* left, right and out: [size]; out may be left or right. */
protonas_status protonas_cmsis_mul_s8(const protonas_cmsis_mul_s8_params *p,
                                      const int8_t *left, const int8_t *right, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_MUL_S8_H */
