#include "protonas_mul_s8.h"

#include "protonas_clamp.h"
#include "protonas_requantize.h"

void protonas_mul_s8(const protonas_mul_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out)
{
    int32_t j = 0;
    for (int32_t i = 0; i < p->size; ++i) {
        const int32_t product = (left[i] - p->left_zero_point) * (right[j] - p->right_zero_point);
        const int32_t value = protonas_requantize(product, p->output_multiplier, p->output_shift);
        out[i] = protonas_to_int8(value, p->output_zero_point, p->activation_min, p->activation_max);
        j = j + 1 == p->right_size ? 0 : j + 1;
    }
}
