#include "protonas_cmsis_conv2d_s16_int32.h"

protonas_status protonas_cmsis_conv2d_s16_int32(const protonas_cmsis_conv2d_s16_int32_params *p, const int16_t *in, int16_t *out,
                                                void *scratch)
{
    const cmsis_nn_context context = {scratch, p->scratch_bytes};
    const cmsis_nn_per_channel_quant_params rescaling = protonas_cmsis_rescaling(p->multiplier, p->shift);
    const cmsis_nn_bias_data bias = {p->bias, true};

#ifdef PROTONAS_DEBUG
    if (arm_convolve_wrapper_s16_get_buffer_size(&p->conv, p->input, p->filter, p->output) > p->scratch_bytes) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    return protonas_cmsis_status(PROTONAS_CMSIS_KERNEL(arm_convolve_s16, arm_convolve_wrapper_s16)(
        &context, &p->conv, &rescaling, p->input, in, p->filter, p->weights, p->output, &bias, p->output, out));
}
