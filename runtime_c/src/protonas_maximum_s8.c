#include "protonas_maximum_s8.h"

#include "protonas_broadcast.h"

/* The one of two that stays; protonas_minimum_s8 is this source with PROTONAS_MINIMUM defined. */
static inline int8_t extreme(int8_t left, int8_t right)
{
#ifdef PROTONAS_MINIMUM
    return left < right ? left : right;
#else
    return left > right ? left : right;
#endif
}

static void extreme_row(const protonas_maximum_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out)
{
    for (int32_t i = 0; i < p->row_size; ++i) {
        out[i] = extreme(*left, *right);
        left += p->left_row_step;
        right += p->right_row_step;
    }
}

void protonas_maximum_s8(const protonas_maximum_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out)
{
    protonas_broadcast walk = PROTONAS_BROADCAST(p);
    do {
        extreme_row(p, left + walk.left, right + walk.right, out);
        out += p->row_size;
    } while (protonas_next_row(&walk) != 0);
}
