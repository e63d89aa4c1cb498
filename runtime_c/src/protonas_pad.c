#include "protonas_pad.h"

#include <stddef.h>
#include <string.h>

/* `bytes` of border from `out` on, of elements of two or four bytes; whatever follows the border. */
static uint8_t *fill_wide(const protonas_pad_params *p, uint8_t *out, int32_t bytes)
{
    for (int32_t at = 0; at < bytes; at += p->element_bytes) {
        if (p->element_bytes == 2) {
            const uint16_t half = (uint16_t)p->value;
            (void)memcpy(out + at, &half, sizeof half);
        } else {
            (void)memcpy(out + at, &p->value, sizeof p->value);
        }
    }
    return out + bytes;
}

static uint8_t *fill(const protonas_pad_params *p, uint8_t *out, int32_t bytes)
{
    if (p->element_bytes != 1) {
        return fill_wide(p, out, bytes);
    }
    (void)memset(out, p->value, (size_t)bytes);
    return out + bytes;
}

void protonas_pad(const protonas_pad_params *p, const void *in, void *out)
{
    const uint8_t *source = (const uint8_t *)in;
    uint8_t *target = fill(p, (uint8_t *)out, p->lead_bytes);
    for (int32_t plane = 1; plane <= p->planes; ++plane) {
        for (int32_t row = 1; row <= p->rows; ++row) {
            (void)memcpy(target, source, (size_t)p->row_bytes);
            source += p->row_bytes;
            int32_t border = p->row_gap_bytes;
            if (row == p->rows) {
                border = plane == p->planes ? p->tail_bytes : p->plane_gap_bytes;
            }
            target = fill(p, target + p->row_bytes, border);
        }
    }
}
