#include "protonas_softmax_s8.h"

#include "protonas_clamp.h"
#include "protonas_requantize.h"

/* Fixed point as in gemmlowp: Fn has n integer bits, a sign, and 31 - n fractional bits. */
#define ONE_F0 INT32_MAX
#define ONE_F2 (INT32_C(1) << 29)
#define QUARTER_F5 (INT32_C(1) << 24)
#define EIGHTH_F0 (INT32_C(1) << 28)
#define ONE_THIRD_F0 INT32_C(715827883)
#define EXP_MINUS_EIGHTH_F0 INT32_C(1895147668)
#define FORTY_EIGHT_17THS_F2 INT32_C(1515870810)
#define MINUS_THIRTY_TWO_17THS_F2 INT32_C(-1010580540)

/* Integer bits of the sum of a row's exponentials, each of which is at most 1. */
#define SUM_INTEGER_BITS 12
#ifdef PROTONAS_SOFTMAX_TO_INT16
#define OUTPUT_BITS 16
#define OUTPUT_TYPE int16_t
#else
#define OUTPUT_BITS 8
#define OUTPUT_TYPE int8_t
#endif
#define LARGEST_HALF (INT32_C(1) << (OUTPUT_BITS - 1))
#define FACTORS 7

/* value * 2^exponent, saturated. */
static inline int32_t saturating_shift_left(int32_t value, int32_t exponent)
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
static int32_t exp_near_zero(int32_t value)
{
    const int32_t x = value + EIGHTH_F0;
    const int32_t squared = protonas_high_multiply(x, x);
    const int32_t cubed = protonas_high_multiply(squared, x);
    const int32_t fourth = protonas_divide_by_power_of_two(protonas_high_multiply(squared, squared), 2);
    const int32_t rest = protonas_high_multiply(fourth + cubed, ONE_THIRD_F0) + squared;
    const int32_t sum = x + protonas_divide_by_power_of_two(rest, 1);
    return EXP_MINUS_EIGHTH_F0 + protonas_high_multiply(sum, EXP_MINUS_EIGHTH_F0);
}

/* exp(x) in F0 of x <= 0 in F5: a fraction of a quarter by series, then one factor for each bit above it. */
static int32_t exp_on_negative(int32_t value)
{
    /* exp(-2^k) in F0, for k = -2 to 4 */
    static const int32_t factors[FACTORS] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    if (value == 0) {
        return ONE_F0;
    }
    const int32_t fraction = (value & (QUARTER_F5 - 1)) - QUARTER_F5;
    const int32_t quarters = (fraction - value) / QUARTER_F5;
    int32_t result = exp_near_zero(fraction * 32);
    for (int32_t k = 0; k < FACTORS; ++k) {
        if (((quarters >> k) & 1) != 0) {
            result = protonas_high_multiply(result, factors[k]);
        }
    }
    return result;
}

/* 1 / (1 + x) in F0 of x in [0, 1) in F0: three steps of Newton's method. */
static int32_t reciprocal_of_one_plus(int32_t value)
{
    const int32_t half_denominator = (int32_t)(((uint32_t)value + (uint32_t)ONE_F0 + 1U) >> 1);
    int32_t x = FORTY_EIGHT_17THS_F2 + protonas_high_multiply(half_denominator, MINUS_THIRTY_TWO_17THS_F2);
    for (int32_t step = 0; step < 3; ++step) {
        const int32_t error = ONE_F2 - protonas_high_multiply(half_denominator, x);
        x += saturating_shift_left(protonas_high_multiply(x, error), 2);
    }
    return saturating_shift_left(x, 1);
}

static uint32_t leading_zeros(uint32_t value)
{
    uint32_t count = 0U;
    while ((value & 0x80000000U) == 0U) {
        value <<= 1;
        ++count;
    }
    return count;
}

static void softmax_row(const protonas_softmax_s8_params *p, const int8_t *in, OUTPUT_TYPE *out)
{
    int32_t largest = INT8_MIN;
    for (int32_t i = 0; i < p->row_size; ++i) {
        largest = in[i] > largest ? in[i] : largest;
    }
    int32_t sum = 0;
    for (int32_t i = 0; i < p->row_size; ++i) {
        if (in[i] - largest >= p->least_difference) {
            const int32_t scaled = protonas_requantize(in[i] - largest, p->multiplier, p->shift);
            sum += protonas_divide_by_power_of_two(exp_on_negative(scaled), SUM_INTEGER_BITS);
        }
    }
    const uint32_t headroom = leading_zeros((uint32_t)sum); /* sum is at least the largest element's 1 */
    const uint32_t fraction = ((uint32_t)sum << headroom) - 0x80000000U;
    const int32_t reciprocal = reciprocal_of_one_plus((int32_t)fraction);
    const int32_t exponent = SUM_INTEGER_BITS - (int32_t)headroom + 31 - OUTPUT_BITS;
    for (int32_t i = 0; i < p->row_size; ++i) {
        int32_t share = 0;
        if (in[i] - largest >= p->least_difference && exponent <= 31) {
            const int32_t scaled = protonas_requantize(in[i] - largest, p->multiplier, p->shift);
            const int32_t product = protonas_high_multiply(reciprocal, exp_on_negative(scaled));
            share = protonas_divide_by_power_of_two(product, exponent);
        }
        out[i] = (OUTPUT_TYPE)(protonas_clamp(share, 0, 2 * LARGEST_HALF - 1) - LARGEST_HALF);
    }
}

void protonas_softmax_s8(const protonas_softmax_s8_params *p, const int8_t *in, OUTPUT_TYPE *out)
{
    for (int32_t row = 0; row < p->rows; ++row) {
        softmax_row(p, in + row * p->row_size, out + row * p->row_size);
    }
}
