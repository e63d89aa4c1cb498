/* protonas_quantize_f32_s16 with the single rounding of ONNX: see protonas_requantize.h. */
#ifndef PROTONAS_QUANTIZE_F32_S16_SINGLE_H
#define PROTONAS_QUANTIZE_F32_S16_SINGLE_H

#include "protonas_quantize_f32_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_quantize_f32_s16_params protonas_quantize_f32_s16_single_params;

/* As protonas_quantize_f32_s16, but that every rescaling rounds once. */
void protonas_quantize_f32_s16_single(const protonas_quantize_f32_s16_single_params *p, const float *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_QUANTIZE_F32_S16_SINGLE_H */
