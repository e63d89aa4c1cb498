/* protonas_requantize_s8_s32 with the single rounding of ONNX: see protonas_requantize.h. */
#ifndef PROTONAS_REQUANTIZE_S8_S32_SINGLE_H
#define PROTONAS_REQUANTIZE_S8_S32_SINGLE_H

#include "protonas_requantize_s8_s32.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_requantize_s8_s32_params protonas_requantize_s8_s32_single_params;

/* As protonas_requantize_s8_s32, but that every rescaling rounds once. */
void protonas_requantize_s8_s32_single(const protonas_requantize_s8_s32_single_params *p, const int8_t *in,
                                       int32_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_REQUANTIZE_S8_S32_SINGLE_H */
