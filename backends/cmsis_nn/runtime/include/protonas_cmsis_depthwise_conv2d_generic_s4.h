/* Depthwise convolution of int8 maps, int4 weights, any multiplier and dilation: arm_depthwise_conv_s4. */
#ifndef PROTONAS_CMSIS_DEPTHWISE_CONV2D_GENERIC_S4_H
#define PROTONAS_CMSIS_DEPTHWISE_CONV2D_GENERIC_S4_H

#include "protonas_cmsis_depthwise_conv2d_s4.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_depthwise_conv2d_s4_params protonas_cmsis_depthwise_conv2d_generic_s4_params;

/* As protonas_cmsis_depthwise_conv2d_s4, but without scratch, for MVE, too, and for an even number of input channels alone. */
protonas_status protonas_cmsis_depthwise_conv2d_generic_s4(const protonas_cmsis_depthwise_conv2d_generic_s4_params *p,
                                                           const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_DEPTHWISE_CONV2D_GENERIC_S4_H */
