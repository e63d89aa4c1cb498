/* Convolution by an int4 window of 1 x 1 with strides: arm_convolve_1x1_s4. */
#ifndef PROTONAS_CMSIS_CONV2D_1X1_STRIDED_S4_H
#define PROTONAS_CMSIS_CONV2D_1X1_STRIDED_S4_H

#include "protonas_cmsis_conv2d_s4.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_conv2d_s4_params protonas_cmsis_conv2d_1x1_strided_s4_params;

/* As protonas_cmsis_conv2d_s4, but without scratch. */
protonas_status protonas_cmsis_conv2d_1x1_strided_s4(const protonas_cmsis_conv2d_1x1_strided_s4_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_CONV2D_1X1_STRIDED_S4_H */
