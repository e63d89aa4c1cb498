/* Softmax over short rows of int16 by arm_softmax_s16: output scale 1/32768, zero point 0. */
#ifndef PROTONAS_CMSIS_SOFTMAX_S16_H
#define PROTONAS_CMSIS_SOFTMAX_S16_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int16_t *exp_table;        /* [513]: exp from -10 to 0 */
    const int16_t *reciprocal_table; /* [513]: 1 / (1 + x) of x from 0 to 1 */
    int32_t rows;
    int32_t row_size;   /* 2 to 8: sums of longer rows may round up to what the library does not clamp */
    int32_t multiplier; /* input differences so that -65535 stands for exp(-10) */
    int32_t shift;
} protonas_cmsis_softmax_s16_params;

/* in and out: [rows][row_size]; out may be in. */
protonas_status protonas_cmsis_softmax_s16(const protonas_cmsis_softmax_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_SOFTMAX_S16_H */
