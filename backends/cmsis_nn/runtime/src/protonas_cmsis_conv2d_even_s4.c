#include "protonas_cmsis_conv2d_even_s4.h"

protonas_status protonas_cmsis_conv2d_even_s4(const protonas_cmsis_conv2d_even_s4_params *p, const int8_t *in, int8_t *out, void *scratch)
{
    const cmsis_nn_context context = {scratch, p->scratch_bytes};
    const cmsis_nn_per_channel_quant_params rescaling = protonas_cmsis_rescaling(p->multiplier, p->shift);

#ifdef PROTONAS_DEBUG
    if (arm_convolve_wrapper_s4_get_buffer_size(&p->conv, p->input, p->filter, p->output) > p->scratch_bytes) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    /* Never the wrapper, as in protonas_cmsis_conv2d_s4. */
    return protonas_cmsis_status(arm_convolve_even_s4(&context, &p->conv, &rescaling, p->input, in, p->filter,
                                                      (const int8_t *)p->weights, p->output, p->bias, p->output, out));
}
