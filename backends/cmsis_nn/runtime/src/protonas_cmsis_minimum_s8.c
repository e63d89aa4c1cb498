#include "protonas_cmsis_minimum_s8.h"

#include <stddef.h>

protonas_status protonas_cmsis_minimum_s8(const protonas_cmsis_minimum_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out)
{
    const cmsis_nn_context context = {NULL, 0};

    return protonas_cmsis_status(arm_minimum_s8(&context, left, p->map, right, p->map, out, p->map));
}
