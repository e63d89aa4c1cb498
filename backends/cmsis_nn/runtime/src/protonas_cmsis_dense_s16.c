#include "protonas_cmsis_dense_s16.h"

#include <stddef.h>

protonas_status protonas_cmsis_dense_s16(const protonas_cmsis_dense_s16_params *p, const int16_t *in, int16_t *out)
{
    const cmsis_nn_context context = {NULL, 0};

    return protonas_cmsis_status(arm_fully_connected_s16(&context, &p->dense, &p->rescaling, p->input, in, p->filter,
                                                         p->weights, p->output, p->bias, p->output, out));
}
