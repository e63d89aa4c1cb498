/* Convolution by a window of 1 x 1 with strides: arm_convolve_1x1_s8. */
#ifndef PROTONAS_CMSIS_CONV2D_1X1_STRIDED_S8_H
#define PROTONAS_CMSIS_CONV2D_1X1_STRIDED_S8_H

#include "protonas_cmsis_conv2d_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_conv2d_s8_params protonas_cmsis_conv2d_1x1_strided_s8_params;

/* As protonas_cmsis_conv2d_s8, but without scratch. */
protonas_status protonas_cmsis_conv2d_1x1_strided_s8(const protonas_cmsis_conv2d_1x1_strided_s8_params *p,
                                                     const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_CONV2D_1X1_STRIDED_S8_H */
