/* Greatest of each window of an int8 map by arm_max_pool_s8. */
#ifndef PROTONAS_CMSIS_MAX_POOL2D_S8_H
#define PROTONAS_CMSIS_MAX_POOL2D_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    cmsis_nn_pool_params pool;   /* padding: above and to the left */
    const cmsis_nn_dims *input;  /* n = 1 */
    const cmsis_nn_dims *filter; /* h and w of the window */
    const cmsis_nn_dims *output; /* n = 1 */
} protonas_cmsis_max_pool2d_s8_params;

/* in: [input.h][input.w][input.c]; out: [output.h][output.w][output.c], apart from in. */
protonas_status protonas_cmsis_max_pool2d_s8(const protonas_cmsis_max_pool2d_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_MAX_POOL2D_S8_H */
