#include "protonas_requantize_s8_s16.h"

#include "protonas_clamp.h"
#include "protonas_requantize.h"

void protonas_requantize_s8_s16(const protonas_requantize_s8_s16_params *p, const int8_t *in, int16_t *out)
{
    for (int32_t i = 0; i < p->size; ++i) {
        const int32_t value = protonas_requantize(in[i] - p->input_zero_point, p->multiplier, p->shift);
        out[i] = protonas_to_int16(value, p->output_zero_point, p->activation_min, p->activation_max);
    }
}
