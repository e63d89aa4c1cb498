/* Two operands that broadcast as NumPy's do, walked row by row: the output's axes are joined to at most four. */
#ifndef PROTONAS_BROADCAST_H
#define PROTONAS_BROADCAST_H

#include <stdint.h>

/* The axes around a row; a kernel goes along the row itself. */
#define PROTONAS_BROADCAST_AXES 3

typedef struct {
    int32_t size[PROTONAS_BROADCAST_AXES];
    int32_t left_step[PROTONAS_BROADCAST_AXES];
    int32_t right_step[PROTONAS_BROADCAST_AXES];
    int32_t index[PROTONAS_BROADCAST_AXES];
    int32_t left; /* where the row begins in each operand */
    int32_t right;
} protonas_broadcast;

/* The first row of what a parameter struct says; a macro because every kernel has a struct of its own. */
#define PROTONAS_BROADCAST(p)                                                                                          \
    {                                                                                                                  \
        {(p)->outer_size, (p)->middle_size, (p)->inner_size},                                                          \
            {(p)->left_outer_step, (p)->left_middle_step, (p)->left_inner_step},                                       \
            {(p)->right_outer_step, (p)->right_middle_step, (p)->right_inner_step}, {0, 0, 0}, 0, 0                    \
    }

/* Goes on to the next row; 0 where there is none. */
static inline int32_t protonas_next_row(protonas_broadcast *walk)
{
    for (int32_t axis = PROTONAS_BROADCAST_AXES - 1; axis >= 0; --axis) {
        walk->left += walk->left_step[axis];
        walk->right += walk->right_step[axis];
        walk->index[axis] += 1;
        if (walk->index[axis] < walk->size[axis]) {
            return 1;
        }
        walk->left -= walk->size[axis] * walk->left_step[axis];
        walk->right -= walk->size[axis] * walk->right_step[axis];
        walk->index[axis] = 0;
    }
    return 0;
}

#endif /* PROTONAS_BROADCAST_H */
