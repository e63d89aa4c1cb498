#include "protonas_cmsis_batch_matmul_s16.h"

#include <stddef.h>

protonas_status protonas_cmsis_batch_matmul_s16(const protonas_cmsis_batch_matmul_s16_params *p, const int16_t *left,
                                                const int16_t *right, int16_t *out)
{
    const cmsis_nn_context none = {NULL, 0};

    return protonas_cmsis_status(
        arm_batch_matmul_s16(&none, &p->bmm, &p->rescaling, p->left, left, p->right, right, p->output, out));
}
