/* Copies a few bytes: elements without a call, more of them by memcpy. */
#ifndef PROTONAS_COPY_BLOCK_H
#define PROTONAS_COPY_BLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* in, out: [bytes], on any address. They must not overlap. */
static inline void protonas_copy_block(uint8_t *out, const uint8_t *in, int32_t bytes)
{
    if (bytes == 1) {
        *out = *in;
    } else if (bytes == 2) {
        (void)memcpy(out, in, 2);
    } else if (bytes == 4) {
        (void)memcpy(out, in, 4);
    } else {
        (void)memcpy(out, in, (size_t)bytes);
    }
}

#endif /* PROTONAS_COPY_BLOCK_H */
