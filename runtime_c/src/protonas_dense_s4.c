#include "protonas_dense_s4.h"

#include "protonas_dot_s4.h"
#include "protonas_output_stage.h"

void protonas_dense_s4(const protonas_dense_s4_params *p, const int8_t *in, int8_t *out)
{
    const int32_t inputs = p->input_size;
    const protonas_output_stage stage = PROTONAS_OUTPUT_STAGE(p);
    int32_t first = 0;
    for (int32_t output = 0; output < p->output_size; ++output) {
        const int32_t sum = protonas_dot_s4(in, p->weights, first, inputs, p->input_zero_point, 0);
        protonas_store_channels(&stage, &sum, output, 1, out + output);
        first += inputs;
    }
}
