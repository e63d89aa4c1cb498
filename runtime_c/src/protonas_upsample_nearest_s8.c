#include "protonas_upsample_nearest_s8.h"

#include <stddef.h>
#include <string.h>

void protonas_upsample_nearest_s8(const protonas_upsample_nearest_s8_params *p, const int8_t *in, int8_t *out)
{
    const int32_t channels = p->channels;
    const int32_t row_bytes = p->input_width * p->factor_width * channels;
    for (int32_t y = 0; y < p->input_height; ++y) {
        const int8_t *const row = out;
        for (int32_t x = 0; x < p->input_width; ++x) {
            for (int32_t copy = 0; copy < p->factor_width; ++copy) {
                (void)memcpy(out, in, (size_t)channels);
                out += channels;
            }
            in += channels;
        }
        for (int32_t copy = 1; copy < p->factor_height; ++copy) {
            (void)memcpy(out, row, (size_t)row_bytes);
            out += row_bytes;
        }
    }
}
