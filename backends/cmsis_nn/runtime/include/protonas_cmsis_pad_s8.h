/* Border of one value around up to three axes, of elements of any size, by arm_pad_s8. */
#ifndef PROTONAS_CMSIS_PAD_S8_H
#define PROTONAS_CMSIS_PAD_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t value;               /* of every byte of the border */
    const cmsis_nn_dims *input;  /* n = 1; the innermost axis that has a border is counted in bytes */
    const cmsis_nn_dims *before; /* how much comes before each axis; n = 0 */
    const cmsis_nn_dims *after;
} protonas_cmsis_pad_s8_params;

/* in: [input.h][input.w][input.c]; out: the same and its borders, apart from in. */
protonas_status protonas_cmsis_pad_s8(const protonas_cmsis_pad_s8_params *p, const void *in, void *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_PAD_S8_H */
