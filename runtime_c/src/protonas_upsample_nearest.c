#include "protonas_upsample_nearest.h"

#include <stddef.h>
#include <string.h>

void protonas_upsample_nearest(const protonas_upsample_nearest_params *p, const void *in, void *out)
{
    const int32_t pixel_bytes = p->pixel_bytes;
    const int32_t row_bytes = p->input_width * p->factor_width * pixel_bytes;
    const uint8_t *source = (const uint8_t *)in;
    uint8_t *target = (uint8_t *)out;
    for (int32_t y = 0; y < p->input_height; ++y) {
        const uint8_t *const row = target;
        for (int32_t x = 0; x < p->input_width; ++x) {
            for (int32_t copy = 0; copy < p->factor_width; ++copy) {
                (void)memcpy(target, source, (size_t)pixel_bytes);
                target += pixel_bytes;
            }
            source += pixel_bytes;
        }
        for (int32_t copy = 1; copy < p->factor_height; ++copy) {
            (void)memcpy(target, row, (size_t)row_bytes);
            target += row_bytes;
        }
    }
}
