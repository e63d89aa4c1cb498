#include "protonas_cmsis_depthwise_conv2d_generic_s4.h"

#include <stddef.h>

/* Never the wrapper: on MVE it may take arm_depthwise_conv_s4_opt. */
protonas_status protonas_cmsis_depthwise_conv2d_generic_s4(const protonas_cmsis_depthwise_conv2d_generic_s4_params *p,
                                                           const int8_t *in, int8_t *out)
{
    const cmsis_nn_context context = {NULL, 0};
    const cmsis_nn_per_channel_quant_params rescaling = protonas_cmsis_rescaling(p->multiplier, p->shift);

    return protonas_cmsis_status(arm_depthwise_conv_s4(&context, &p->conv, &rescaling, p->input, in, p->filter,
                                                       (const int8_t *)p->weights, p->output, p->bias, p->output, out));
}
