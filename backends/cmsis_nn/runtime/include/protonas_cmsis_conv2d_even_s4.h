/* Convolution on MVE of windows over an even number of elements: arm_convolve_even_s4. */
#ifndef PROTONAS_CMSIS_CONV2D_EVEN_S4_H
#define PROTONAS_CMSIS_CONV2D_EVEN_S4_H

#include "protonas_cmsis_conv2d_s4.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_conv2d_s4_params protonas_cmsis_conv2d_even_s4_params;

/* As protonas_cmsis_conv2d_s4. */
protonas_status protonas_cmsis_conv2d_even_s4(const protonas_cmsis_conv2d_even_s4_params *p, const int8_t *in, int8_t *out, void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_CONV2D_EVEN_S4_H */
