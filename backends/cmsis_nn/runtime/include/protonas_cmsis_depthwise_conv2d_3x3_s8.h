/* Depthwise convolution by a window of 3 x 3 with pads of at most 1, not on MVE: arm_depthwise_conv_3x3_s8. */
#ifndef PROTONAS_CMSIS_DEPTHWISE_CONV2D_3X3_S8_H
#define PROTONAS_CMSIS_DEPTHWISE_CONV2D_3X3_S8_H

#include "protonas_cmsis_depthwise_conv2d_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_depthwise_conv2d_s8_params protonas_cmsis_depthwise_conv2d_3x3_s8_params;

/* As protonas_cmsis_depthwise_conv2d_s8, but without scratch. */
protonas_status protonas_cmsis_depthwise_conv2d_3x3_s8(const protonas_cmsis_depthwise_conv2d_3x3_s8_params *p,
                                                       const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_DEPTHWISE_CONV2D_3X3_S8_H */
