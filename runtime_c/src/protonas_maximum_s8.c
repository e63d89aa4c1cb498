#include "protonas_maximum_s8.h"

#include "protonas_broadcast.h"
#include "protonas_element.h"

/* The one of two that stays; protonas_minimum_s8 is this source with PROTONAS_MINIMUM defined. */
static inline PROTONAS_ELEMENT extreme(PROTONAS_ELEMENT left, PROTONAS_ELEMENT right)
{
#ifdef PROTONAS_MINIMUM
    return left < right ? left : right;
#else
    return left > right ? left : right;
#endif
}

static void extreme_row(const protonas_maximum_s8_params *p, const PROTONAS_ELEMENT *left,
                        const PROTONAS_ELEMENT *right, PROTONAS_ELEMENT *out)
{
    for (int32_t i = 0; i < p->row_size; ++i) {
        out[i] = extreme(*left, *right);
        left += p->left_row_step;
        right += p->right_row_step;
    }
}

void protonas_maximum_s8(const protonas_maximum_s8_params *p, const PROTONAS_ELEMENT *left,
                         const PROTONAS_ELEMENT *right, PROTONAS_ELEMENT *out)
{
    protonas_broadcast walk = PROTONAS_BROADCAST(p);
    do {
        extreme_row(p, left + walk.left, right + walk.right, out);
        out += p->row_size;
    } while (protonas_next_row(&walk) != 0);
}
