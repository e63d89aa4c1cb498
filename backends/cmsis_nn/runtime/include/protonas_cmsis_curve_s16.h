/* Sigmoid or tanh of int16 numbers whose scale is a power of two, by arm_nn_activation_s16: output scale 1/32768. */
#ifndef PROTONAS_CMSIS_CURVE_S16_H
#define PROTONAS_CMSIS_CURVE_S16_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t size;       /* elements */
    int32_t left_shift; /* of three times an input; negative to the right: 0 where its scale is 1/4096 */
    int32_t is_tanh;    /* not 0: tanh, else sigmoid */
} protonas_cmsis_curve_s16_params;

/* in and out: [size]; out may be in. */
protonas_status protonas_cmsis_curve_s16(const protonas_cmsis_curve_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_CURVE_S16_H */
