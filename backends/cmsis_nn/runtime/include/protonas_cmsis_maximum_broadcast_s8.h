/* Greater of two int8 maps that broadcast, element by element, by arm_maximum_s8. */
#ifndef PROTONAS_CMSIS_MAXIMUM_BROADCAST_S8_H
#define PROTONAS_CMSIS_MAXIMUM_BROADCAST_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const cmsis_nn_dims *left; /* each side that of output, or 1 */
    const cmsis_nn_dims *right;
    const cmsis_nn_dims *output;
} protonas_cmsis_maximum_broadcast_s8_params;

/* left: [left.n][left.h][left.w][left.c], right and out likewise; out may be one that is as large. */
protonas_status protonas_cmsis_maximum_broadcast_s8(const protonas_cmsis_maximum_broadcast_s8_params *p,
                                                    const int8_t *left, const int8_t *right, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_MAXIMUM_BROADCAST_S8_H */
