#include "protonas_cmsis_depthwise_conv2d_generic_s16.h"

#include <stddef.h>

protonas_status protonas_cmsis_depthwise_conv2d_generic_s16(const protonas_cmsis_depthwise_conv2d_generic_s16_params *p,
                                                            const int16_t *in, int16_t *out)
{
    const cmsis_nn_context context = {NULL, 0};
    const cmsis_nn_per_channel_quant_params rescaling = protonas_cmsis_rescaling(p->multiplier, p->shift);

#ifdef PROTONAS_DEBUG
    if (arm_depthwise_conv_wrapper_s16_get_buffer_size(&p->conv, p->input, p->filter, p->output) > 0) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    return protonas_cmsis_status(PROTONAS_CMSIS_KERNEL(arm_depthwise_conv_s16, arm_depthwise_conv_wrapper_s16)(
        &context, &p->conv, &rescaling, p->input, in, p->filter, p->weights, p->output, p->bias, p->output, out));
}
