/* Product of two int16 maps of one shape by arm_elementwise_mul_s16. */
#ifndef PROTONAS_CMSIS_MUL_S16_H
#define PROTONAS_CMSIS_MUL_S16_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t size; /* elements of each map */
    int32_t output_multiplier;
    int32_t output_shift;   /* not to the left: it is not positive */
    int32_t activation_min; /* inclusive bounds of the output, within int16 */
    int32_t activation_max;
} protonas_cmsis_mul_s16_params;

/* left, right and out: [size]; out may be left or right. */
protonas_status protonas_cmsis_mul_s16(const protonas_cmsis_mul_s16_params *p,
                                       const int16_t *left, const int16_t *right, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_MUL_S16_H */
