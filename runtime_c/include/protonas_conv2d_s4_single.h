/* protonas_conv2d_s4 with the single rounding of ONNX: see protonas_requantize.h. */
#ifndef PROTONAS_CONV2D_S4_SINGLE_H
#define PROTONAS_CONV2D_S4_SINGLE_H

#include "protonas_conv2d_s4.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_conv2d_s4_params protonas_conv2d_s4_single_params;

/* As protonas_conv2d_s4, but that every rescaling rounds once. */
void protonas_conv2d_s4_single(const protonas_conv2d_s4_single_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CONV2D_S4_SINGLE_H */
