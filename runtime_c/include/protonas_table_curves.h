/* Sigmoid and tanh with 15 fractional bits, interpolated in one table as TensorFlow Lite's int16 kernels do. */
#ifndef PROTONAS_TABLE_CURVES_H
#define PROTONAS_TABLE_CURVES_H

#include <stdint.h>

#include "protonas_noinline.h"

/* An argument of 24 * 512 stands for 1: the entries of the table are 1/24 apart for the sigmoid. */
#define PROTONAS_CURVE_LAST_ENTRY 255
#define PROTONAS_CURVE_ONE_HALF 32768

/* The table at argument / 2^bits, with bits more fractional bits; most past its end. table: [256], less one half. */
static inline int32_t protonas_interpolate(const int16_t *table, int32_t argument, int32_t bits, int32_t most)
{
    const int32_t entry = argument >> bits;
    if (entry >= PROTONAS_CURVE_LAST_ENTRY) {
        return most;
    }
    const int32_t low = table[entry];
    const int32_t slope = table[entry + 1] - low;
    return ((low + PROTONAS_CURVE_ONE_HALF) << bits) + (argument & ((INT32_C(1) << bits) - 1)) * slope;
}

/* sigmoid, in [0, 32767]; argument is greater than -2^31. */
static PROTONAS_NOINLINE int32_t protonas_sigmoid_s16(const int16_t *table, int32_t argument)
{
    const int32_t half = INT32_C(1) << 9;
    const int32_t one = INT32_C(1) << 25;
    if (argument >= 0) {
        return (protonas_interpolate(table, argument, 9, INT32_C(0x7FFF) << 10) + half) >> 10;
    }
    return (one - protonas_interpolate(table, -argument, 9, INT32_C(0x7FFF) << 10) + half - 1) >> 10;
}

/* tanh(x) = 2 sigmoid(2 x) - 1, in [-32768, 32767]; argument is greater than -2^31. */
static PROTONAS_NOINLINE int32_t protonas_tanh_s16(const int16_t *table, int32_t argument)
{
    const int32_t half = INT32_C(1) << 7;
    const int32_t one = INT32_C(1) << 23;
    if (argument >= 0) {
        return (protonas_interpolate(table, argument, 8, INT32_C(0xFFFF) << 8) - one + half) >> 8;
    }
    return (one - protonas_interpolate(table, -argument, 8, INT32_C(0xFFFF) << 8) + half - 1) >> 8;
}

/* value * factor / 2^shift, rounded half up: what the curves take. */
static inline int32_t protonas_curve_argument(int32_t value, int32_t factor, int32_t shift)
{
    const int32_t half = shift > 0 ? INT32_C(1) << (shift - 1) : 0;
    return (value * factor + half) >> shift;
}

#endif /* PROTONAS_TABLE_CURVES_H */
