#include "protonas_cmsis_conv2d_general_s8.h"

#include <stddef.h>

protonas_status protonas_cmsis_conv2d_general_s8(const protonas_cmsis_conv2d_general_s8_params *p, const int8_t *in, int8_t *out,
                                                 void *scratch)
{
    const cmsis_nn_context context = {scratch, p->scratch_bytes};
    const cmsis_nn_per_channel_quant_params rescaling = protonas_cmsis_rescaling(p->multiplier, p->shift);

#ifdef PROTONAS_DEBUG
    if (arm_convolve_s8_get_buffer_size(p->input, p->filter) > p->scratch_bytes) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    return protonas_cmsis_status(arm_convolve_s8(&context, &p->conv, &rescaling, p->input, in, p->filter, p->weights,
                                                 p->output, p->bias, NULL, p->output, out));
}
