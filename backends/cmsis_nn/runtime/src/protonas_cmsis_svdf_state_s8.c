#include "protonas_cmsis_svdf_state_s8.h"

protonas_status protonas_cmsis_svdf_state_s8(const protonas_cmsis_svdf_state_s8_params *p, const int8_t *in, int8_t *out,
                                             int8_t *state, void *scratch)
{
    const int32_t word = (int32_t)sizeof(int32_t);
    const cmsis_nn_context sums = {protonas_cmsis_table(p->kernel_sum), p->feature->n * word};
    const cmsis_nn_context filtered = {scratch, p->feature->n * word};
    const cmsis_nn_context outputs = {(int32_t *)scratch + p->feature->n, p->output->h * word};

#ifdef PROTONAS_DEBUG
    if (arm_svdf_s8_get_buffer_size(p->feature) > sums.size) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    return protonas_cmsis_status(arm_svdf_s8(&sums, &filtered, &outputs, &p->svdf, &p->feature_rescaling, &p->rescaling,
                                             p->input, in, p->state, state, p->feature, p->feature_weights, p->time,
                                             p->time_weights, p->bias_size, p->bias, p->output, out));
}
