#include "protonas_dequantize_s16_f32.h"

void protonas_dequantize_s16_f32(const protonas_dequantize_s16_f32_params *p, const int16_t *in, float *out)
{
    const float scale = *p->scale;
    for (int32_t i = 0; i < p->size; ++i) {
        const int32_t steps = (int32_t)in[i] - p->zero_point;
        out[i] = scale * (float)steps;
    }
}
