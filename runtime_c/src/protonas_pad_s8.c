#include "protonas_pad_s8.h"

#include <stddef.h>
#include <string.h>

void protonas_pad_s8(const protonas_pad_s8_params *p, const int8_t *in, int8_t *out)
{
    (void)memset(out, p->value, (size_t)p->lead_bytes);
    out += p->lead_bytes;
    for (int32_t plane = 1; plane <= p->planes; ++plane) {
        for (int32_t row = 1; row <= p->rows; ++row) {
            (void)memcpy(out, in, (size_t)p->row_bytes);
            in += p->row_bytes;
            out += p->row_bytes;
            int32_t border = p->row_gap_bytes;
            if (row == p->rows) {
                border = plane == p->planes ? p->tail_bytes : p->plane_gap_bytes;
            }
            (void)memset(out, p->value, (size_t)border);
            out += border;
        }
    }
}
