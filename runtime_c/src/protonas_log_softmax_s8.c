#include "protonas_log_softmax_s8.h"

#include "protonas_clamp.h"
#include "protonas_exponential.h"

/* Coefficients of a rational approximation to the logarithm near sqrt(sqrt(1/2)), in F0. */
#define LOG_2_F0 INT32_C(1488522236)
#define SQRT_HALF_F0 INT32_C(1518500250)
#define SQRT_SQRT_HALF_F0 INT32_C(1805811301)
#define ALPHA_N_F0 INT32_C(117049297)
#define ALPHA_D_F0 INT32_C(127690142)
#define ALPHA_I_F0 INT32_C(1057819769)
#define ALPHA_F_F0 INT32_C(638450708)

/* Integer bits of a logarithm while it is computed: one more than it has at last. */
#define LOG_INTEGER_BITS 6
#define POWER_F6 (INT32_C(1) << (31 - LOG_INTEGER_BITS))
#define QUARTER_F6 (POWER_F6 / 4)

/* From a difference in F5 to one in steps of 1/16. */
#define OUTPUT_SHIFT 22

/* log(ratio / sqrt(sqrt(1/2))) in F6 of a ratio in F0 between 1/2 and 1. */
static int32_t log_near_one(int32_t ratio)
{
    const int32_t half_sum = (int32_t)(((uint32_t)ratio + (uint32_t)SQRT_SQRT_HALF_F0 + 1U) >> 1);
    const int32_t twice = (ratio - SQRT_SQRT_HALF_F0) * 2;
    const int32_t square = protonas_high_multiply(twice, twice);
    const int32_t cubed = protonas_high_multiply(twice, square);
    const int32_t upper = protonas_high_multiply(twice, ratio) + protonas_high_multiply(cubed, ALPHA_N_F0);
    const int32_t series = ALPHA_I_F0 + twice + protonas_high_multiply(square, ALPHA_D_F0);
    const int32_t lower = protonas_high_multiply(half_sum, series) + protonas_high_multiply(twice, ALPHA_F_F0);
    const int32_t scaled = protonas_divide_by_power_of_two(upper, LOG_INTEGER_BITS);
    return protonas_high_multiply(scaled, protonas_reciprocal_of_one_plus(lower));
}

/* log(sum) in F5 of a sum in F12 that is at least 1. Of two ways to write it as a power of two times a ratio the one
 * with the smaller ratio.
 */
static int32_t log_of(int32_t sum)
{
    const int32_t zeros = (int32_t)protonas_leading_zeros((uint32_t)sum);
    const int32_t halved = protonas_high_multiply(sum, SQRT_HALF_F0);
    const int32_t headroom = (int32_t)protonas_leading_zeros((uint32_t)halved) - 1;
    const int32_t first = protonas_saturating_shift_left(protonas_high_multiply(sum << (zeros - 1), SQRT_HALF_F0), 1);
    const int32_t second = protonas_saturating_shift_left(sum, headroom);
    const int32_t first_power = (PROTONAS_SUM_INTEGER_BITS - zeros) * POWER_F6 + QUARTER_F6;
    const int32_t second_power = (PROTONAS_SUM_INTEGER_BITS - headroom) * POWER_F6 - QUARTER_F6;
    const int32_t whole = protonas_high_multiply(first_power > second_power ? first_power : second_power, LOG_2_F0);
    return protonas_saturating_shift_left(whole + log_near_one(first < second ? first : second), 1);
}

/* The sum of a row's exponentials in F12. */
static int32_t sum_of(const protonas_log_softmax_s8_params *p, const int8_t *in, int32_t largest)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < p->row_size; ++i) {
        if (in[i] - largest >= p->least_difference) {
            const int32_t scaled = protonas_requantize(in[i] - largest, p->multiplier, p->shift);
            sum += protonas_divide_by_power_of_two(protonas_exp_on_negative(scaled), PROTONAS_SUM_INTEGER_BITS);
        }
    }
    return sum;
}

static void log_softmax_row(const protonas_log_softmax_s8_params *p, const int8_t *in, int8_t *out)
{
    int32_t largest = INT8_MIN;
    for (int32_t i = 0; i < p->row_size; ++i) {
        largest = in[i] > largest ? in[i] : largest;
    }
    const int32_t log = log_of(sum_of(p, in, largest));
    const int32_t reach = protonas_requantize(log + INT32_MIN, p->reverse_multiplier, p->reverse_shift);
    const int32_t lowest = reach > p->least_difference - 1 ? reach : p->least_difference - 1;
    for (int32_t i = 0; i < p->row_size; ++i) {
        int32_t steps = INT8_MIN;
        if (in[i] - largest > lowest) {
            const int32_t scaled = protonas_requantize(in[i] - largest, p->multiplier, p->shift);
            const int64_t difference = (int64_t)scaled - log;
            const int32_t bounded = difference < -INT32_MAX ? -INT32_MAX : (int32_t)difference;
            steps = INT8_MAX + protonas_divide_by_power_of_two(bounded, OUTPUT_SHIFT);
        }
        out[i] = (int8_t)protonas_clamp(steps, INT8_MIN, INT8_MAX);
    }
}

void protonas_log_softmax_s8(const protonas_log_softmax_s8_params *p, const int8_t *in, int8_t *out)
{
    for (int32_t row = 0; row < p->rows; ++row) {
        log_softmax_row(p, in + row * p->row_size, out + row * p->row_size);
    }
}
