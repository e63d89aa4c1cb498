/* Depthwise convolution of int16 maps, any multiplier and dilation: arm_depthwise_conv_s16. */
#ifndef PROTONAS_CMSIS_DEPTHWISE_CONV2D_GENERIC_S16_H
#define PROTONAS_CMSIS_DEPTHWISE_CONV2D_GENERIC_S16_H

#include "protonas_cmsis_depthwise_conv2d_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_depthwise_conv2d_s16_params protonas_cmsis_depthwise_conv2d_generic_s16_params;

/* As protonas_cmsis_depthwise_conv2d_s16, but without scratch. */
protonas_status protonas_cmsis_depthwise_conv2d_generic_s16(const protonas_cmsis_depthwise_conv2d_generic_s16_params *p,
                                                            const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_DEPTHWISE_CONV2D_GENERIC_S16_H */
