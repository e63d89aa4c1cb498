#include "protonas_dense_s16.h"

#include "protonas_output_stage_s16.h"

#ifndef PROTONAS_PARAMS
#define PROTONAS_PARAMS protonas_dense_s16_params /* variants of this source bring their own */
#endif

void protonas_dense_s16(const PROTONAS_PARAMS *p, const int16_t *in, int16_t *out)
{
    const int32_t inputs = p->input_size;
    const protonas_output_stage_s16 stage = PROTONAS_OUTPUT_STAGE_S16(p);
    const int8_t *weights = p->weights;
    for (int32_t output = 0; output < p->output_size; ++output) {
        out[output] = protonas_finish_channel(&stage, protonas_dot_s16(in, weights, inputs, 0), output);
        weights += inputs;
    }
}
