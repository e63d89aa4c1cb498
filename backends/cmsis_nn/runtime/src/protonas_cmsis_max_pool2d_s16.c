#include "protonas_cmsis_max_pool2d_s16.h"

#include <stddef.h>

protonas_status protonas_cmsis_max_pool2d_s16(const protonas_cmsis_max_pool2d_s16_params *p, const int16_t *in, int16_t *out)
{
    const cmsis_nn_context context = {NULL, 0};

    return protonas_cmsis_status(arm_max_pool_s16(&context, &p->pool, p->input, in, p->filter, p->output, out));
}
