#include "protonas_cmsis_batch_matmul_transposing_s8.h"

/* in: [rows][columns]; out: [columns][rows]. */
static arm_cmsis_nn_status transpose(const int8_t *in, int32_t rows, int32_t columns, int8_t *out)
{
    static const uint32_t swapped[] = {1U, 0U};
    const cmsis_nn_dims before = {rows, columns, 1, 1};
    const cmsis_nn_dims after = {columns, rows, 1, 1};
    const cmsis_nn_transpose_params axes = {2, swapped};

    return arm_transpose_s8(in, out, &before, &after, &axes);
}

protonas_status protonas_cmsis_batch_matmul_transposing_s8(const protonas_cmsis_batch_matmul_transposing_s8_params *p,
                                                           const int8_t *left, const int8_t *right, int8_t *out,
                                                           void *scratch)
{
    const cmsis_nn_context context = {scratch, p->sum_bytes};
    const int32_t left_size = p->left->w * p->left->c;
    const int32_t right_size = p->right->w * p->right->c;
    int8_t *const new_left = (int8_t *)scratch + p->sum_bytes;
    int8_t *const new_right = new_left + ((p->left_is_transposed != 0) ? left_size : 0);
    arm_cmsis_nn_status status = ARM_CMSIS_NN_SUCCESS;

#ifdef PROTONAS_DEBUG
    if (arm_fully_connected_s8_get_buffer_size(p->output) > p->sum_bytes) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    for (int32_t batch = 0; (batch < p->batches) && (status == ARM_CMSIS_NN_SUCCESS); ++batch) {
        const int8_t *a = left;
        const int8_t *b = right;
        if (p->left_is_transposed != 0) {
            status = transpose(left, p->left->c, p->left->w, new_left);
            a = new_left;
        }
        if ((p->right_is_plain != 0) && (status == ARM_CMSIS_NN_SUCCESS)) {
            status = transpose(right, p->right->c, p->right->w, new_right);
            b = new_right;
        }
        if (status == ARM_CMSIS_NN_SUCCESS) {
            status = arm_batch_matmul_s8(&context, &p->bmm, &p->rescaling, p->left, a, p->right, b, p->output, out);
        }
        left += left_size;
        right += right_size;
        out += p->output->w * p->output->c;
    }
    return protonas_cmsis_status(status);
}
