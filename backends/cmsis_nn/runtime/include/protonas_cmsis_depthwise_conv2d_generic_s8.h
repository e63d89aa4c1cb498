/* Depthwise convolution with any multiplier and dilation: arm_depthwise_conv_s8. */
#ifndef PROTONAS_CMSIS_DEPTHWISE_CONV2D_GENERIC_S8_H
#define PROTONAS_CMSIS_DEPTHWISE_CONV2D_GENERIC_S8_H

#include "protonas_cmsis_depthwise_conv2d_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_depthwise_conv2d_s8_params protonas_cmsis_depthwise_conv2d_generic_s8_params;

/* As protonas_cmsis_depthwise_conv2d_s8, but without scratch. */
protonas_status protonas_cmsis_depthwise_conv2d_generic_s8(const protonas_cmsis_depthwise_conv2d_generic_s8_params *p,
                                                           const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_DEPTHWISE_CONV2D_GENERIC_S8_H */
