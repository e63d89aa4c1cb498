/* protonas_quantize_f32_u8 with the single rounding of ONNX: see protonas_requantize.h. */
#ifndef PROTONAS_QUANTIZE_F32_U8_SINGLE_H
#define PROTONAS_QUANTIZE_F32_U8_SINGLE_H

#include "protonas_quantize_f32_u8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_quantize_f32_u8_params protonas_quantize_f32_u8_single_params;

/* As protonas_quantize_f32_u8, but that every rescaling rounds once. */
void protonas_quantize_f32_u8_single(const protonas_quantize_f32_u8_single_params *p, const float *in, uint8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_QUANTIZE_F32_U8_SINGLE_H */
