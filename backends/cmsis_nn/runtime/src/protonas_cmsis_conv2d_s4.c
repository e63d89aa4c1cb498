#include "protonas_cmsis_conv2d_s4.h"

/* On MVE the wrapper takes arm_convolve_1_x_n_s4 for maps of one row, also where that is wrong. */
#ifdef ARM_MATH_MVEI
#define PROTONAS_CMSIS_CONVOLVE_S4 arm_convolve_s4
#else
#define PROTONAS_CMSIS_CONVOLVE_S4 PROTONAS_CMSIS_KERNEL(arm_convolve_s4, arm_convolve_wrapper_s4)
#endif

protonas_status protonas_cmsis_conv2d_s4(const protonas_cmsis_conv2d_s4_params *p, const int8_t *in, int8_t *out, void *scratch)
{
    const cmsis_nn_context context = {scratch, p->scratch_bytes};
    const cmsis_nn_per_channel_quant_params rescaling = protonas_cmsis_rescaling(p->multiplier, p->shift);

#ifdef PROTONAS_DEBUG
    if (arm_convolve_wrapper_s4_get_buffer_size(&p->conv, p->input, p->filter, p->output) > p->scratch_bytes) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    return protonas_cmsis_status(PROTONAS_CMSIS_CONVOLVE_S4(
        &context, &p->conv, &rescaling, p->input, in, p->filter, (const int8_t *)p->weights, p->output, p->bias, p->output, out));
}
