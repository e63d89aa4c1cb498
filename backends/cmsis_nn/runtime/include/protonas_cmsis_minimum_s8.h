/* Lesser of two int8 maps of one shape, element by element, by arm_minimum_s8. */
#ifndef PROTONAS_CMSIS_MINIMUM_S8_H
#define PROTONAS_CMSIS_MINIMUM_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const cmsis_nn_dims *map; /* of left, right and out; n = h = w = 1, c: elements */
} protonas_cmsis_minimum_s8_params;

/* left, right and out: [map.c]; out may be left or right. */
protonas_status protonas_cmsis_minimum_s8(const protonas_cmsis_minimum_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_MINIMUM_S8_H */
