#include "protonas_cmsis_svdf_state_s16.h"

protonas_status protonas_cmsis_svdf_state_s16(const protonas_cmsis_svdf_state_s16_params *p, const int8_t *in, int8_t *out,
                                              int16_t *state, void *scratch)
{
    const int32_t word = (int32_t)sizeof(int32_t);
    const cmsis_nn_context filtered = {scratch, p->feature->n * word};
    const cmsis_nn_context outputs = {(int32_t *)scratch + p->feature->n, p->output->h * word};

    return protonas_cmsis_status(arm_svdf_state_s16_s8(
        &filtered, &outputs, &p->svdf, &p->feature_rescaling, &p->rescaling, p->input, in, p->state, state, p->feature,
        p->feature_weights, p->time, p->time_weights, p->bias_size, p->bias, p->output, out));
}
