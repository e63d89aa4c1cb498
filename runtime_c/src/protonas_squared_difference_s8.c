#include "protonas_squared_difference_s8.h"

#include "protonas_broadcast.h"
#include "protonas_element.h"
#include "protonas_requantize.h"

/* An input before it is brought to the common scale: int8 is shifted left by as much as lets squares fit 32 bits. */
static inline int32_t widened(int32_t value)
{
#ifdef PROTONAS_INT16_ELEMENTS
    return value;
#else
    return value * (1 << 7);
#endif
}

static void square_row(const protonas_squared_difference_s8_params *p, const PROTONAS_ELEMENT *left,
                       const PROTONAS_ELEMENT *right, PROTONAS_ELEMENT *out)
{
    for (int32_t i = 0; i < p->row_size; ++i) {
        const int32_t a = widened(*left - p->left_zero_point);
        const int32_t b = widened(*right - p->right_zero_point);
        const int32_t difference = protonas_requantize(a, p->left_multiplier, p->left_shift) -
                                   protonas_requantize(b, p->right_multiplier, p->right_shift);
        const int32_t result = difference * difference;
        const int32_t value = protonas_requantize(result, p->output_multiplier, p->output_shift);
        out[i] = PROTONAS_TO_ELEMENT(value, p->output_zero_point, p->activation_min, p->activation_max);
        left += p->left_row_step;
        right += p->right_row_step;
    }
}

void protonas_squared_difference_s8(const protonas_squared_difference_s8_params *p, const PROTONAS_ELEMENT *left,
                                    const PROTONAS_ELEMENT *right, PROTONAS_ELEMENT *out)
{
    protonas_broadcast walk = PROTONAS_BROADCAST(p);
    do {
        square_row(p, left + walk.left, right + walk.right, out);
        out += p->row_size;
    } while (protonas_next_row(&walk) != 0);
}
