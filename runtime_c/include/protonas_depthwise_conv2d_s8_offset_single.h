/* protonas_depthwise_conv2d_s8_offset with the single rounding of ONNX: see protonas_requantize.h. */
#ifndef PROTONAS_DEPTHWISE_CONV2D_S8_OFFSET_SINGLE_H
#define PROTONAS_DEPTHWISE_CONV2D_S8_OFFSET_SINGLE_H

#include "protonas_depthwise_conv2d_s8_offset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_depthwise_conv2d_s8_offset_params protonas_depthwise_conv2d_s8_offset_single_params;

/* As protonas_depthwise_conv2d_s8_offset, but that every rescaling rounds once. */
void protonas_depthwise_conv2d_s8_offset_single(const protonas_depthwise_conv2d_s8_offset_single_params *p,
                                            const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_DEPTHWISE_CONV2D_S8_OFFSET_SINGLE_H */
