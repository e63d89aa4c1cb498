#include "protonas_add_s8.h"

#include "protonas_clamp.h"
#include "protonas_requantize.h"

/* Bits both inputs are shifted left before they are brought to their common scale (TFLite's int8 addition). */
#define LEFT_SHIFT_FACTOR (1 << 20)

void protonas_add_s8(const protonas_add_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out)
{
    for (int32_t i = 0; i < p->size; ++i) {
        const int32_t a = (left[i] - p->left_zero_point) * LEFT_SHIFT_FACTOR;
        const int32_t b = (right[i] - p->right_zero_point) * LEFT_SHIFT_FACTOR;
        const int32_t sum = protonas_requantize(a, p->left_multiplier, p->left_shift) +
                            protonas_requantize(b, p->right_multiplier, p->right_shift);
        const int32_t value = protonas_requantize(sum, p->output_multiplier, p->output_shift);
        out[i] = protonas_to_int8(value, p->output_zero_point, p->activation_min, p->activation_max);
    }
}
