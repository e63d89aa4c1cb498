#include "protonas_take.h"

#include "protonas_copy_block.h"

void protonas_take(const protonas_take_params *p, const void *in, void *out)
{
    const int32_t bytes = p->block_bytes;
    const uint8_t *source = (const uint8_t *)in;
    uint8_t *target = (uint8_t *)out;
    for (int32_t row = 0; row < p->rows; ++row) {
        for (int32_t i = 0; i < p->count; ++i) {
            protonas_copy_block(target, source + p->indices[i] * bytes, bytes);
            target += bytes;
        }
        source += p->row_bytes;
    }
}
