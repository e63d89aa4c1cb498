/* Average over windows where arm_avgpool_s8 needs no scratch. */
#ifndef PROTONAS_CMSIS_AVERAGE_POOL2D_DIRECT_S8_H
#define PROTONAS_CMSIS_AVERAGE_POOL2D_DIRECT_S8_H

#include "protonas_cmsis_average_pool2d_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_average_pool2d_s8_params protonas_cmsis_average_pool2d_direct_s8_params;

/* As protonas_cmsis_average_pool2d_s8, whose scratch_bytes is 0. */
protonas_status protonas_cmsis_average_pool2d_direct_s8(const protonas_cmsis_average_pool2d_direct_s8_params *p,
                                                        const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_AVERAGE_POOL2D_DIRECT_S8_H */
