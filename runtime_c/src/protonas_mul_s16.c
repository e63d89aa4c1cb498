#include "protonas_mul_s16.h"

#include "protonas_broadcast.h"
#include "protonas_clamp.h"
#include "protonas_requantize.h"

static void multiply_row(const protonas_mul_s16_params *p, const int16_t *left, const int16_t *right, int16_t *out)
{
    for (int32_t i = 0; i < p->row_size; ++i) {
        const int32_t product = *left * *right;
        const int32_t value = protonas_requantize(product, p->output_multiplier, p->output_shift);
        out[i] = (int16_t)protonas_clamp(value, p->activation_min, p->activation_max);
        left += p->left_row_step;
        right += p->right_row_step;
    }
}

void protonas_mul_s16(const protonas_mul_s16_params *p, const int16_t *left, const int16_t *right, int16_t *out)
{
    protonas_broadcast walk = PROTONAS_BROADCAST(p);
    do {
        multiply_row(p, left + walk.left, right + walk.right, out);
        out += p->row_size;
    } while (protonas_next_row(&walk) != 0);
}
