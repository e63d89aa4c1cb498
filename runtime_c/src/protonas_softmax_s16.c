#include "protonas_softmax_s16.h"

#include "protonas_clamp.h"
#include "protonas_requantize.h"

/* Tables have 512 pieces: 9 bits of an argument choose one, 7 bits lie within. */
#define PIECE_BITS 7
#define MIDDLE_PIECE 256

/* The table at an argument, linear between its entries; beyond int16 the ends. */
static int32_t table_at(const int16_t *table, int32_t argument)
{
    const int32_t inside = protonas_clamp(argument, INT16_MIN, INT16_MAX);
    const int32_t piece = MIDDLE_PIECE + (inside >> PIECE_BITS);
    const int32_t base = table[piece];
    const int32_t slope = table[piece + 1] - base;
    return base + ((slope * (inside & ((1 << PIECE_BITS) - 1)) + (1 << (PIECE_BITS - 1))) >> PIECE_BITS);
}

/* Bits before the first that is set; value is not 0. */
static int32_t leading_zeros(uint32_t value)
{
    int32_t count = 0;
    while ((value & 0x80000000U) == 0U) {
        value <<= 1;
        ++count;
    }
    return count;
}

static void softmax_row(const protonas_softmax_s16_params *p, const int16_t *in, int16_t *out)
{
    int32_t largest = INT16_MIN;
    for (int32_t i = 0; i < p->row_size; ++i) {
        largest = in[i] > largest ? in[i] : largest;
    }
    int32_t sum = 0; /* the largest element's 1, and at most 1 for each other */
    for (int32_t i = 0; i < p->row_size; ++i) {
        const int32_t scaled = protonas_requantize(in[i] - largest, p->multiplier, p->shift);
        const int32_t power = table_at(p->exp_table, scaled + INT16_MAX);
        out[i] = (int16_t)power;
        sum += power;
    }
    const int32_t headroom = leading_zeros((uint32_t)sum);
    const int32_t one_to_two = (int32_t)(((((uint32_t)sum << (headroom - 1)) + (1U << 13)) >> 14));
    const int32_t reciprocal = table_at(p->reciprocal_table, one_to_two - ((1 << 15) + (1 << 16)));
    const int32_t right = 31 - headroom;
    const int32_t half = INT32_C(1) << (right - 1);
    for (int32_t i = 0; i < p->row_size; ++i) {
        out[i] = (int16_t)protonas_clamp((out[i] * reciprocal + half) >> right, 0, INT16_MAX);
    }
}

void protonas_softmax_s16(const protonas_softmax_s16_params *p, const int16_t *in, int16_t *out)
{
    for (int32_t row = 0; row < p->rows; ++row) {
        softmax_row(p, in + row * p->row_size, out + row * p->row_size);
    }
}
