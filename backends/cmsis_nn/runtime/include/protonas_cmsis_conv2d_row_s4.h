/* Convolution of maps of one row, int4 weights, an even number of channels, on MVE: arm_convolve_1_x_n_s4. */
#ifndef PROTONAS_CMSIS_CONV2D_ROW_S4_H
#define PROTONAS_CMSIS_CONV2D_ROW_S4_H

#include "protonas_cmsis_conv2d_s4.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_conv2d_s4_params protonas_cmsis_conv2d_row_s4_params;

/* As protonas_cmsis_conv2d_s4, but without scratch. */
protonas_status protonas_cmsis_conv2d_row_s4(const protonas_cmsis_conv2d_row_s4_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_CONV2D_ROW_S4_H */
