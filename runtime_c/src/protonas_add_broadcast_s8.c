#include "protonas_add_broadcast_s8.h"

#include "protonas_broadcast.h"
#include "protonas_clamp.h"
#include "protonas_requantize.h"

/* Bits both inputs are shifted left before they are brought to their common scale, as in TFLite's int8 addition. */
#define LEFT_SHIFT_FACTOR (1 << 20)

/* Both operands at their common scale, together; protonas_sub_s8 is this source with PROTONAS_SUBTRACTION defined. */
static inline int32_t combine(int32_t left, int32_t right)
{
#ifdef PROTONAS_SUBTRACTION
    return left - right;
#else
    return left + right;
#endif
}

static void combine_row(const protonas_add_broadcast_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out)
{
    for (int32_t i = 0; i < p->row_size; ++i) {
        const int32_t a = (*left - p->left_zero_point) * LEFT_SHIFT_FACTOR;
        const int32_t b = (*right - p->right_zero_point) * LEFT_SHIFT_FACTOR;
        const int32_t result = combine(protonas_requantize(a, p->left_multiplier, p->left_shift),
                                       protonas_requantize(b, p->right_multiplier, p->right_shift));
        const int32_t value = protonas_requantize(result, p->output_multiplier, p->output_shift);
        out[i] = protonas_to_int8(value, p->output_zero_point, p->activation_min, p->activation_max);
        left += p->left_row_step;
        right += p->right_row_step;
    }
}

void protonas_add_broadcast_s8(const protonas_add_broadcast_s8_params *p, const int8_t *left, const int8_t *right,
                               int8_t *out)
{
    protonas_broadcast walk = PROTONAS_BROADCAST(p);
    do {
        combine_row(p, left + walk.left, right + walk.right, out);
        out += p->row_size;
    } while (protonas_next_row(&walk) != 0);
}
