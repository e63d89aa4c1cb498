/* protonas_quantize_f32_s8 with the single rounding of ONNX: see protonas_requantize.h. */
#ifndef PROTONAS_QUANTIZE_F32_S8_SINGLE_H
#define PROTONAS_QUANTIZE_F32_S8_SINGLE_H

#include "protonas_quantize_f32_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_quantize_f32_s8_params protonas_quantize_f32_s8_single_params;

/* As protonas_quantize_f32_s8, but that every rescaling rounds once. */
void protonas_quantize_f32_s8_single(const protonas_quantize_f32_s8_single_params *p, const float *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_QUANTIZE_F32_S8_SINGLE_H */
