#include "protonas_cmsis_max_pool2d_s8.h"

#include <stddef.h>

protonas_status protonas_cmsis_max_pool2d_s8(const protonas_cmsis_max_pool2d_s8_params *p, const int8_t *in, int8_t *out)
{
    const cmsis_nn_context context = {NULL, 0};

    return protonas_cmsis_status(arm_max_pool_s8(&context, &p->pool, p->input, in, p->filter, p->output, out));
}
