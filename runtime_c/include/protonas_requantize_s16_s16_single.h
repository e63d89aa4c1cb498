/* protonas_requantize_s16_s16 with the single rounding of ONNX: see protonas_requantize.h. */
#ifndef PROTONAS_REQUANTIZE_S16_S16_SINGLE_H
#define PROTONAS_REQUANTIZE_S16_S16_SINGLE_H

#include "protonas_requantize_s16_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_requantize_s16_s16_params protonas_requantize_s16_s16_single_params;

/* As protonas_requantize_s16_s16, but that every rescaling rounds once. */
void protonas_requantize_s16_s16_single(const protonas_requantize_s16_s16_single_params *p, const int16_t *in,
                                        int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_REQUANTIZE_S16_S16_SINGLE_H */
