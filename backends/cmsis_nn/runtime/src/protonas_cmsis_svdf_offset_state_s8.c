#include "protonas_cmsis_svdf_offset_state_s8.h"

#include <stddef.h>
#include <string.h>

/* Modulo 2^8, as TensorFlow Lite Micro stores what its zero point pushes over the edge. */
static void add_zero_point(int8_t *features, int32_t count, int32_t zero_point)
{
    for (int32_t i = 0; i < count; ++i) {
        features[i] = (int8_t)(((features[i] + zero_point + 0x80) & 0xFF) - 0x80);
    }
}

protonas_status protonas_cmsis_svdf_offset_state_s8(const protonas_cmsis_svdf_offset_state_s8_params *p, const int8_t *in,
                                                    int8_t *out, int8_t *state, void *scratch)
{
    static const int8_t one[] = {1};
    const int32_t word = (int32_t)sizeof(int32_t);
    int32_t *const words = scratch;
    int32_t *const nothing = words + p->feature->n + p->output->h;
    int8_t *const features = (int8_t *)(nothing + p->feature->n);
    const cmsis_nn_context sums = {protonas_cmsis_table(p->kernel_sum), p->feature->n * word};
    const cmsis_nn_context no_sums = {nothing, p->feature->n * word};
    const cmsis_nn_context filtered = {words, p->feature->n * word};
    const cmsis_nn_context outputs = {words + p->feature->n, p->output->h * word};

#ifdef PROTONAS_DEBUG
    if ((arm_svdf_s8_get_buffer_size(p->feature) > no_sums.size) ||
        (arm_fully_connected_s8_get_buffer_size(p->dense_filter) > sums.size)) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    if (arm_fully_connected_s8(&sums, &p->dense, &p->feature_rescaling, p->dense_input, in, p->dense_filter,
                               p->feature_weights, p->bias_size, NULL, p->dense_output,
                               features) != ARM_CMSIS_NN_SUCCESS) {
        return PROTONAS_ERROR_LIBRARY;
    }
    add_zero_point(features, p->feature->n, p->state_zero_point);
    (void)memset(nothing, 0, (size_t)no_sums.size);
    return protonas_cmsis_status(arm_svdf_s8(&no_sums, &filtered, &outputs, &p->svdf, &p->taking, &p->rescaling, p->input, one,
                                             p->state, state, p->feature, features, p->time, p->time_weights,
                                             p->bias_size, p->bias, p->output, out));
}
