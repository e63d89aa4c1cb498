/* Exponentials, their sums and reciprocals in fixed point, as softmax and log softmax of int8 want them. */
#ifndef PROTONAS_EXPONENTIAL_H
#define PROTONAS_EXPONENTIAL_H

#include <stdint.h>

#include "protonas_requantize.h"

/* Fixed point as in gemmlowp: Fn has n integer bits, a sign, and 31 - n fractional bits. */
#define PROTONAS_ONE_F0 INT32_MAX
#define PROTONAS_ONE_F2 (INT32_C(1) << 29)
#define PROTONAS_QUARTER_F5 (INT32_C(1) << 24)
#define PROTONAS_EIGHTH_F0 (INT32_C(1) << 28)
#define PROTONAS_ONE_THIRD_F0 INT32_C(715827883)
#define PROTONAS_EXP_MINUS_EIGHTH_F0 INT32_C(1895147668)
#define PROTONAS_FORTY_EIGHT_17THS_F2 INT32_C(1515870810)
#define PROTONAS_MINUS_THIRTY_TWO_17THS_F2 INT32_C(-1010580540)

/* Integer bits of the sum of a row's exponentials, each of which is at most 1. */
#define PROTONAS_SUM_INTEGER_BITS 12
#define PROTONAS_EXP_FACTORS 7

/* value * 2^exponent, saturated. */
static inline int32_t protonas_saturating_shift_left(int32_t value, int32_t exponent)
{
    if (value > (INT32_MAX >> exponent)) {
        return INT32_MAX;
    }
    if (value < (INT32_MIN >> exponent)) {
        return INT32_MIN;
    }
    return protonas_shift_left(value, exponent);
}

/* exp(x) in F0 of x in [-1/4, 0) in F0: a Taylor series around -1/8. */
static int32_t protonas_exp_near_zero(int32_t value)
{
    const int32_t x = value + PROTONAS_EIGHTH_F0;
    const int32_t squared = protonas_high_multiply(x, x);
    const int32_t cubed = protonas_high_multiply(squared, x);
    const int32_t fourth = protonas_divide_by_power_of_two(protonas_high_multiply(squared, squared), 2);
    const int32_t rest = protonas_high_multiply(fourth + cubed, PROTONAS_ONE_THIRD_F0) + squared;
    const int32_t sum = x + protonas_divide_by_power_of_two(rest, 1);
    return PROTONAS_EXP_MINUS_EIGHTH_F0 + protonas_high_multiply(sum, PROTONAS_EXP_MINUS_EIGHTH_F0);
}

/* exp(x) in F0 of x <= 0 in F5: a fraction of a quarter by series, then one factor for each bit above it. */
static int32_t protonas_exp_on_negative(int32_t value)
{
    /* exp(-2^k) in F0, for k = -2 to 4 */
    static const int32_t factors[PROTONAS_EXP_FACTORS] = {1672461947, 1302514674, 790015084, 290630308,
                                                          39332535,   720401,     242};
    if (value == 0) {
        return PROTONAS_ONE_F0;
    }
    const int32_t fraction = (value & (PROTONAS_QUARTER_F5 - 1)) - PROTONAS_QUARTER_F5;
    const int32_t quarters = (fraction - value) / PROTONAS_QUARTER_F5;
    int32_t result = protonas_exp_near_zero(fraction * 32);
    for (int32_t k = 0; k < PROTONAS_EXP_FACTORS; ++k) {
        if (((quarters >> k) & 1) != 0) {
            result = protonas_high_multiply(result, factors[k]);
        }
    }
    return result;
}

/* 1 / (1 + x) in F0 of x in [0, 1) in F0: three steps of Newton's method. */
static int32_t protonas_reciprocal_of_one_plus(int32_t value)
{
    const int32_t half_denominator = (int32_t)(((uint32_t)value + (uint32_t)PROTONAS_ONE_F0 + 1U) >> 1);
    int32_t x = protonas_high_multiply(half_denominator, PROTONAS_MINUS_THIRTY_TWO_17THS_F2);
    x += PROTONAS_FORTY_EIGHT_17THS_F2;
    for (int32_t step = 0; step < 3; ++step) {
        const int32_t error = PROTONAS_ONE_F2 - protonas_high_multiply(half_denominator, x);
        x += protonas_saturating_shift_left(protonas_high_multiply(x, error), 2);
    }
    return protonas_saturating_shift_left(x, 1);
}

static uint32_t protonas_leading_zeros(uint32_t value)
{
    uint32_t count = 0U;
    while ((value & 0x80000000U) == 0U) {
        value <<= 1;
        ++count;
    }
    return count;
}

#endif /* PROTONAS_EXPONENTIAL_H */
