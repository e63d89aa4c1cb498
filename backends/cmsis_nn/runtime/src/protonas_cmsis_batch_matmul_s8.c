#include "protonas_cmsis_batch_matmul_s8.h"

protonas_status protonas_cmsis_batch_matmul_s8(const protonas_cmsis_batch_matmul_s8_params *p, const int8_t *left,
                                               const int8_t *right, int8_t *out, void *scratch)
{
    const cmsis_nn_context context = {scratch, p->sum_bytes};

#ifdef PROTONAS_DEBUG
    if (arm_fully_connected_s8_get_buffer_size(p->output) > p->sum_bytes) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    return protonas_cmsis_status(
        arm_batch_matmul_s8(&context, &p->bmm, &p->rescaling, p->left, left, p->right, right, p->output, out));
}
