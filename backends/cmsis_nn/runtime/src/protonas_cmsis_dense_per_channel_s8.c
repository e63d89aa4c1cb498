#include "protonas_cmsis_dense_per_channel_s8.h"

protonas_status protonas_cmsis_dense_per_channel_s8(const protonas_cmsis_dense_per_channel_s8_params *p, const int8_t *in,
                                                    int8_t *out)
{
    const cmsis_nn_context context = {protonas_cmsis_table(p->kernel_sum), p->filter->c * (int32_t)sizeof(int32_t)};
    const cmsis_nn_per_channel_quant_params rescaling = protonas_cmsis_rescaling(p->multiplier, p->shift);

    return protonas_cmsis_status(arm_fully_connected_per_channel_s8(&context, &p->dense, &rescaling, p->input, in,
                                                                    p->filter, p->weights, p->output, p->bias, p->output,
                                                                    out));
}
