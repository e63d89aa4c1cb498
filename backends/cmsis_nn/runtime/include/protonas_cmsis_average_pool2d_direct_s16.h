/* Average over windows of an int16 map where arm_avgpool_s16 needs no scratch. */
#ifndef PROTONAS_CMSIS_AVERAGE_POOL2D_DIRECT_S16_H
#define PROTONAS_CMSIS_AVERAGE_POOL2D_DIRECT_S16_H

#include "protonas_cmsis_average_pool2d_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_average_pool2d_s16_params protonas_cmsis_average_pool2d_direct_s16_params;

/* As protonas_cmsis_average_pool2d_s16, but without scratch. */
protonas_status protonas_cmsis_average_pool2d_direct_s16(const protonas_cmsis_average_pool2d_direct_s16_params *p,
                                                         const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_AVERAGE_POOL2D_DIRECT_S16_H */
