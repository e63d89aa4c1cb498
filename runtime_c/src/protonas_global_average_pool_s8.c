#include "protonas_global_average_pool_s8.h"

#include "protonas_clamp.h"
#include "protonas_requantize.h"

void protonas_global_average_pool_s8(const protonas_global_average_pool_s8_params *p, const int8_t *in, int8_t *out)
{
    const int32_t pixels = p->pixels;
    const int32_t channels = p->channels;
    for (int32_t channel = 0; channel < channels; ++channel) {
        int32_t at = channel;
        int32_t sum = -pixels * p->input_zero_point;
        for (int32_t pixel = pixels; pixel > 0; --pixel) {
            sum += in[at];
            at += channels;
        }
        const int32_t value = protonas_requantize(sum, p->multiplier, p->shift);
        out[channel] = protonas_to_int8(value, p->output_zero_point, INT8_MIN, INT8_MAX);
    }
}
