#include "protonas_copy_rows.h"

#include <stddef.h>
#include <string.h>

void protonas_copy_rows(const protonas_copy_rows_params *p, const void *in, void *out)
{
    const uint8_t *const source = (const uint8_t *)in;
    uint8_t *const target = (uint8_t *)out + p->output_offset;
    for (int32_t row = 0; row < p->rows; ++row) {
        (void)memcpy(target + row * p->output_stride, source + row * p->row_bytes, (size_t)p->row_bytes);
    }
}
