#include "protonas_argmax_s8.h"

/* `in` points to the first of `size` numbers, `columns` apart. Flipping all bits turns their order around. */
static int32_t first_greatest(const int8_t *in, int32_t size, int32_t columns, int32_t flip)
{
    int32_t best = 0;
    int32_t greatest = *in ^ flip;
    for (int32_t i = 1; i < size; ++i) {
        in += columns;
        const int32_t value = *in ^ flip;
        if (value > greatest) {
            greatest = value;
            best = i;
        }
    }
    return best;
}

void protonas_argmax_s8(const protonas_argmax_s8_params *p, const int8_t *in, int32_t *out)
{
    for (int32_t row = 0; row < p->rows; ++row) {
        for (int32_t column = 0; column < p->columns; ++column) {
            *out = first_greatest(in + column, p->size, p->columns, p->flip);
            ++out;
        }
        in += p->size * p->columns;
    }
}
