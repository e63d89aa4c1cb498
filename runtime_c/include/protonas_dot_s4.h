/* Products of int8 activations with int4 weights, which lie two to a byte, the first in the low half. */
#ifndef PROTONAS_DOT_S4_H
#define PROTONAS_DOT_S4_H

#include <stdint.h>

/* The weight in the low half of a byte, -8 .. 7. */
static inline int32_t protonas_low_int4(uint8_t pair)
{
    const uint32_t low = pair & 15U;
    return ((int32_t)low ^ 8) - 8;
}

/* The weight in the high half of a byte. */
static inline int32_t protonas_high_int4(uint8_t pair)
{
    const uint32_t high = (uint32_t)pair >> 4;
    return ((int32_t)high ^ 8) - 8;
}

/* Weight `index` of a packed array. */
static inline int32_t protonas_int4_at(const uint8_t *packed, int32_t index)
{
    const uint8_t pair = packed[index >> 1];
    return (index & 1) != 0 ? protonas_high_int4(pair) : protonas_low_int4(pair);
}

/* sum + the sum over k < count of (x[k] - zero_point) * weight first + k. */
static inline int32_t protonas_dot_s4(const int8_t *x, const uint8_t *packed, int32_t first, int32_t count,
                                      int32_t zero_point, int32_t sum)
{
    const int8_t *const end = x + count;
    const uint8_t *pairs = packed + (first >> 1);
    if ((first & 1) != 0 && x != end) {
        sum += (*x++ - zero_point) * protonas_high_int4(*pairs++);
    }
    while (end - x >= 2) {
        const uint8_t pair = *pairs++;
        sum += (x[0] - zero_point) * protonas_low_int4(pair);
        sum += (x[1] - zero_point) * protonas_high_int4(pair);
        x += 2;
    }
    if (x != end) {
        sum += (*x - zero_point) * protonas_low_int4(*pairs);
    }
    return sum;
}

#endif /* PROTONAS_DOT_S4_H */
