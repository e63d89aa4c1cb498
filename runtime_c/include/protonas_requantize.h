/* Fixed-point arithmetic of the int8 kernels: TFLite's quantization specification with the double rounding of
 * TensorFlow Lite Micro. A real factor is multiplier * 2^(shift - 31), multiplier in [2^30, 2^31) or 0.
 */
#ifndef PROTONAS_REQUANTIZE_H
#define PROTONAS_REQUANTIZE_H

#include <stdint.h>

/* C11 leaves right shifts of negative numbers to the compiler; the kernels need them arithmetic. */
typedef char protonas_requires_arithmetic_right_shift[((-1 >> 1) == -1) ? 1 : -1];

/* value * multiplier / 2^31, rounded half up. For a multiplier that is not negative this is gemmlowp's saturating
 * rounding doubling high multiply: the result lies in [-(2^31 - 1), 2^31 - 2], so there is nothing to saturate.
 */
static inline int32_t protonas_high_multiply(int32_t value, int32_t multiplier)
{
    const int64_t half = INT64_C(1) << 30;
    return (int32_t)(((int64_t)value * multiplier + half) >> 31);
}

/* value / 2^exponent, rounded half away from zero; exponent in [1, 31], value in [-(2^31 - 1), 2^31 - 2]. */
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

/* value * multiplier * 2^(shift - 31), each of the two steps rounded; shift in [-31, 30]. */
static inline int32_t protonas_requantize(int32_t value, int32_t multiplier, int32_t shift)
{
    if (shift >= 0) {
        return protonas_high_multiply(protonas_shift_left(value, shift), multiplier);
    }
    return protonas_divide_by_power_of_two(protonas_high_multiply(value, multiplier), -shift);
}

/* value limited to [low, high], as int8; low and high are int8 values. */
static inline int8_t protonas_clamp_to_int8(int32_t value, int32_t low, int32_t high)
{
    const int32_t raised = value < low ? low : value;
    return (int8_t)(raised > high ? high : raised);
}

#endif /* PROTONAS_REQUANTIZE_H */
