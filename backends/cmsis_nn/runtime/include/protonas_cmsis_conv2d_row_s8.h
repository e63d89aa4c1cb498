/* Convolution of maps of one row on MVE: arm_convolve_1_x_n_s8. */
#ifndef PROTONAS_CMSIS_CONV2D_ROW_S8_H
#define PROTONAS_CMSIS_CONV2D_ROW_S8_H

#include "protonas_cmsis_conv2d_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_conv2d_s8_params protonas_cmsis_conv2d_row_s8_params;

/* As protonas_cmsis_conv2d_s8. */
protonas_status protonas_cmsis_conv2d_row_s8(const protonas_cmsis_conv2d_row_s8_params *p,
                                             const int8_t *in, int8_t *out, void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_CONV2D_ROW_S8_H */
