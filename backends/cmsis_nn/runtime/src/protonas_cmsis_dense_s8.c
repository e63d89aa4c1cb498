#include "protonas_cmsis_dense_s8.h"

protonas_status protonas_cmsis_dense_s8(const protonas_cmsis_dense_s8_params *p, const int8_t *in, int8_t *out)
{
    const cmsis_nn_context context = {protonas_cmsis_table(p->kernel_sum), p->filter->c * (int32_t)sizeof(int32_t)};

    return protonas_cmsis_status(arm_fully_connected_s8(&context, &p->dense, &p->rescaling, p->input, in, p->filter,
                                                        p->weights, p->output, p->bias, p->output, out));
}
