#include "protonas_lookup_s8.h"

void protonas_lookup_s8(const protonas_lookup_s8_params *p, const int8_t *in, int8_t *out)
{
    const int8_t *const table = p->table;
    const int32_t size = p->size;
    for (int32_t i = 0; i < size; ++i) {
        out[i] = table[(uint8_t)in[i]];
    }
}
