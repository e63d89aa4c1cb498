/* Sum of two int16 maps of one shape by arm_elementwise_add_s16. */
#ifndef PROTONAS_CMSIS_ADD_S16_H
#define PROTONAS_CMSIS_ADD_S16_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t size; /* elements of each map */
    int32_t left_multiplier;
    int32_t left_shift;
    int32_t right_multiplier;
    int32_t right_shift;
    int32_t input_left_shift; /* of both inputs, before they are brought to a common scale */
    int32_t output_multiplier;
    int32_t output_shift;
    int32_t activation_min; /* inclusive bounds of the output, within int16 */
    int32_t activation_max;
} protonas_cmsis_add_s16_params;

/* left, right and out: [size]; out may be left or right. */
protonas_status protonas_cmsis_add_s16(const protonas_cmsis_add_s16_params *p,
                                       const int16_t *left, const int16_t *right, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_ADD_S16_H */
