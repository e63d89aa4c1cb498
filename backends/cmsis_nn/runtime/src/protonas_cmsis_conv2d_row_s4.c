#include "protonas_cmsis_conv2d_row_s4.h"

#include <stddef.h>

protonas_status protonas_cmsis_conv2d_row_s4(const protonas_cmsis_conv2d_row_s4_params *p, const int8_t *in, int8_t *out)
{
    const cmsis_nn_context context = {NULL, 0};
    const cmsis_nn_per_channel_quant_params rescaling = protonas_cmsis_rescaling(p->multiplier, p->shift);

#ifdef PROTONAS_DEBUG
    if (arm_convolve_wrapper_s4_get_buffer_size(&p->conv, p->input, p->filter, p->output) > 0) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    return protonas_cmsis_status(PROTONAS_CMSIS_KERNEL(arm_convolve_1_x_n_s4, arm_convolve_wrapper_s4)(
        &context, &p->conv, &rescaling, p->input, in, p->filter, (const int8_t *)p->weights, p->output, p->bias, p->output, out));
}
