/* Greatest of each window of an int16 map by arm_max_pool_s16. */
#ifndef PROTONAS_CMSIS_MAX_POOL2D_S16_H
#define PROTONAS_CMSIS_MAX_POOL2D_S16_H

#include "protonas_cmsis_max_pool2d_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_max_pool2d_s8_params protonas_cmsis_max_pool2d_s16_params;

/* in: [input.h][input.w][input.c]; out: [output.h][output.w][output.c], apart from in. */
protonas_status protonas_cmsis_max_pool2d_s16(const protonas_cmsis_max_pool2d_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_MAX_POOL2D_S16_H */
