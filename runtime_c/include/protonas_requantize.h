/* Fixed-point arithmetic of the int8 kernels: TFLite's quantization specification with the double rounding of
 * TensorFlow Lite Micro, or, where PROTONAS_SINGLE_ROUNDING is defined, with one rounding, as networks from ONNX
 * want it. A real factor is multiplier * 2^(shift - 31), multiplier in [2^30, 2^31) or 0.
 */
#ifndef PROTONAS_REQUANTIZE_H
#define PROTONAS_REQUANTIZE_H

#include <stdint.h>

#include "protonas_noinline.h"

/* C11 leaves right shifts of negative numbers to the compiler; the kernels need them arithmetic. */
typedef char protonas_requires_arithmetic_right_shift[((-1 >> 1) == -1) ? 1 : -1];

/* value * factor / 2^31, rounded half up: gemmlowp's saturating rounding doubling high multiply, which rounds the same
 * way in other words, and saturates only where both are -2^31. That does not happen here: every factor is greater. The
 * result is in [-(2^31 - 1), 2^31 - 2] where the factor is not negative.
 */
static inline int32_t protonas_high_multiply(int32_t value, int32_t factor)
{
    const int64_t half = INT64_C(1) << 30;
    return (int32_t)(((int64_t)value * factor + half) >> 31);
}

/* value / 2^exponent, rounded half away from zero; exponent in [1, 31], value above -2^31 and, where
 * exponent is 1, below 2^31 - 1.
 */
static inline int32_t protonas_divide_by_power_of_two(int32_t value, int32_t exponent)
{
    const int32_t toward_zero = value + (value >> 31);
    return ((toward_zero >> (exponent - 1)) + 1) >> 1;
}

/* value * 2^exponent modulo 2^32, without the undefined behaviour of shifting a negative number. */
static inline int32_t protonas_shift_left(int32_t value, int32_t exponent)
{
    return (int32_t)((uint32_t)value << exponent);
}

#ifdef PROTONAS_SINGLE_ROUNDING

/* The case of protonas_requantize that layers seldom have: what leaves 32 bits is saturated. */
static PROTONAS_NOINLINE int32_t protonas_requantize_upwards(int32_t value, int32_t multiplier, int32_t shift)
{
    const int64_t half = INT64_C(1) << (30 - shift);
    const int64_t result = ((int64_t)value * multiplier + half) >> (31 - shift);
    if (result > INT32_MAX) {
        return INT32_MAX;
    }
    return result < INT32_MIN ? INT32_MIN : (int32_t)result;
}

/* value * multiplier * 2^(shift - 31), rounded once, half up; shift in [-31, 30]. Only the upper part of the product
 * is shifted by a number that is not known: whole bits fall away first, so nothing is rounded twice.
 */
static inline int32_t protonas_requantize(int32_t value, int32_t multiplier, int32_t shift)
{
    if (shift >= 0) {
        return protonas_requantize_upwards(value, multiplier, shift);
    }
    const int32_t upper = (int32_t)(((int64_t)value * multiplier) >> 31);
    return ((upper >> (-shift - 1)) + 1) >> 1;
}

#else

/* The case of protonas_requantize that layers seldom have. Apart, so that compilers branch rather than compute both. */
static PROTONAS_NOINLINE int32_t protonas_requantize_upwards(int32_t value, int32_t multiplier, int32_t shift)
{
    return protonas_high_multiply(protonas_shift_left(value, shift), multiplier);
}

/* value * multiplier * 2^(shift - 31), each of the two steps rounded; shift in [-31, 30]. */
static inline int32_t protonas_requantize(int32_t value, int32_t multiplier, int32_t shift)
{
    if (shift >= 0) {
        return protonas_requantize_upwards(value, multiplier, shift);
    }
    return protonas_divide_by_power_of_two(protonas_high_multiply(value, multiplier), -shift);
}

#endif /* PROTONAS_SINGLE_ROUNDING */

#endif /* PROTONAS_REQUANTIZE_H */
