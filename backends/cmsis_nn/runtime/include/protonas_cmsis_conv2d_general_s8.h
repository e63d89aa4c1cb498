/* Convolution by arm_convolve_s8 where arm_convolve_wrapper_s8 would take a kernel that is wrong for it. */
#ifndef PROTONAS_CMSIS_CONV2D_GENERAL_S8_H
#define PROTONAS_CMSIS_CONV2D_GENERAL_S8_H

#include "protonas_cmsis_conv2d_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_conv2d_s8_params protonas_cmsis_conv2d_general_s8_params;

/* As protonas_cmsis_conv2d_s8. */
protonas_status protonas_cmsis_conv2d_general_s8(const protonas_cmsis_conv2d_general_s8_params *p, const int8_t *in, int8_t *out,
                                                 void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_CONV2D_GENERAL_S8_H */
