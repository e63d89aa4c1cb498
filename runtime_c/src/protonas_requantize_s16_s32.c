#include "protonas_requantize_s16_s32.h"

#include "protonas_clamp.h"
#include "protonas_requantize.h"

void protonas_requantize_s16_s32(const protonas_requantize_s16_s32_params *p, const int16_t *in, int32_t *out)
{
    for (int32_t i = 0; i < p->size; ++i) {
        const int32_t value = protonas_requantize(in[i] - p->input_zero_point, p->multiplier, p->shift);
        out[i] = protonas_to_int32(value, p->output_zero_point, p->activation_min, p->activation_max);
    }
}
