/* Softmax over rows of int8 to int16 by arm_softmax_s8_s16: output scale 1/65536, zero point -32768. */
#ifndef PROTONAS_CMSIS_SOFTMAX_S8_S16_H
#define PROTONAS_CMSIS_SOFTMAX_S8_S16_H

#include "protonas_cmsis_softmax_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_softmax_s8_params protonas_cmsis_softmax_s8_s16_params;

/* in and out: [rows][row_size], apart. */
protonas_status protonas_cmsis_softmax_s8_s16(const protonas_cmsis_softmax_s8_s16_params *p, const int8_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_SOFTMAX_S8_S16_H */
