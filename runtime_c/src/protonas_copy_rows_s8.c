#include "protonas_copy_rows_s8.h"

#include <stddef.h>
#include <string.h>

void protonas_copy_rows_s8(const protonas_copy_rows_s8_params *p, const int8_t *in, int8_t *out)
{
    for (int32_t row = 0; row < p->rows; ++row) {
        (void)memcpy(out + p->output_offset + row * p->output_stride, in + row * p->row_bytes, (size_t)p->row_bytes);
    }
}
