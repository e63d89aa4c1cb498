#include "protonas_softmax_s8.h"

#include "protonas_clamp.h"
#include "protonas_exponential.h"

#ifdef PROTONAS_SOFTMAX_TO_INT16
#define OUTPUT_BITS 16
#define OUTPUT_TYPE int16_t
#else
#define OUTPUT_BITS 8
#define OUTPUT_TYPE int8_t
#endif
#define LARGEST_HALF (INT32_C(1) << (OUTPUT_BITS - 1))

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
            sum += protonas_divide_by_power_of_two(protonas_exp_on_negative(scaled), PROTONAS_SUM_INTEGER_BITS);
        }
    }
    const uint32_t headroom = protonas_leading_zeros((uint32_t)sum); /* sum is at least the largest element's 1 */
    const uint32_t fraction = ((uint32_t)sum << headroom) - 0x80000000U;
    const int32_t reciprocal = protonas_reciprocal_of_one_plus((int32_t)fraction);
    const int32_t exponent = PROTONAS_SUM_INTEGER_BITS - (int32_t)headroom + 31 - OUTPUT_BITS;
    for (int32_t i = 0; i < p->row_size; ++i) {
        int32_t share = 0;
        if (in[i] - largest >= p->least_difference && exponent <= 31) {
            const int32_t scaled = protonas_requantize(in[i] - largest, p->multiplier, p->shift);
            const int32_t product = protonas_high_multiply(reciprocal, protonas_exp_on_negative(scaled));
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
