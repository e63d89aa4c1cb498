#include "protonas_dense_s16.h"

#include "protonas_output_stage_s16.h"

void protonas_dense_s16(const protonas_dense_s16_params *p, const int16_t *in, int16_t *out)
{
    const int32_t inputs = p->input_size;
    const protonas_output_stage_s16 stage = PROTONAS_OUTPUT_STAGE_S16(p);
    const int8_t *weights = p->weights;
    for (int32_t output = 0; output < p->output_size; ++output) {
        out[output] = protonas_finish_channel(&stage, protonas_dot_s16(in, weights, inputs, 0), output);
        weights += inputs;
    }
}
