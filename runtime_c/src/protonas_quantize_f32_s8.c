#include "protonas_quantize_f32_s8.h"

#include "protonas_clamp.h"
#include "protonas_round.h"

void protonas_quantize_f32_s8(const protonas_quantize_f32_s8_params *p, const float *in, int8_t *out)
{
    const float scale = *p->scale;
    for (int32_t i = 0; i < p->size; ++i) {
        const int32_t value = protonas_round(in[i] / scale) + p->zero_point;
        out[i] = (int8_t)protonas_clamp(value, INT8_MIN, INT8_MAX);
    }
}
