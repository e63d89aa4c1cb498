/* Softmax over rows of int8 by arm_softmax_s8: output scale 1/256, zero point -128. */
#ifndef PROTONAS_CMSIS_SOFTMAX_S8_H
#define PROTONAS_CMSIS_SOFTMAX_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t rows;
    int32_t row_size;
    int32_t multiplier; /* input differences to fixed point with 5 integer bits */
    int32_t shift;
    int32_t least_difference; /* to the row's greatest; what lies below counts for nothing */
} protonas_cmsis_softmax_s8_params;

/* in and out: [rows][row_size]; out may be in. */
protonas_status protonas_cmsis_softmax_s8(const protonas_cmsis_softmax_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_SOFTMAX_S8_H */
