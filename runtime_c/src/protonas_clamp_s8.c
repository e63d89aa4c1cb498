#include "protonas_clamp_s8.h"

#include "protonas_clamp.h"

void protonas_clamp_s8(const protonas_clamp_s8_params *p, const int8_t *in, int8_t *out)
{
    const int32_t size = p->size;
    const int32_t low = p->activation_min;
    const int32_t high = p->activation_max;
    for (int32_t i = 0; i < size; ++i) {
        out[i] = protonas_to_int8(in[i], 0, low, high);
    }
}
