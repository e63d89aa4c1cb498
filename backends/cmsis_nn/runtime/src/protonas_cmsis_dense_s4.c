#include "protonas_cmsis_dense_s4.h"

#include <stddef.h>

protonas_status protonas_cmsis_dense_s4(const protonas_cmsis_dense_s4_params *p, const int8_t *in, int8_t *out)
{
    const cmsis_nn_context context = {NULL, 0};

    return protonas_cmsis_status(arm_fully_connected_s4(&context, &p->dense, &p->rescaling, p->input, in, p->filter,
                                                        (const int8_t *)p->weights, p->output, p->bias, p->output, out));
}
