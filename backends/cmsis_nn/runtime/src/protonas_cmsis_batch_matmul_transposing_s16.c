#include "protonas_cmsis_batch_matmul_transposing_s16.h"

#include <stddef.h>

/* in: [rows][columns]; out: [columns][rows]. */
static void transpose(const int16_t *in, int32_t rows, int32_t columns, int16_t *out)
{
    for (int32_t column = 0; column < columns; ++column) {
        const int16_t *from = in + column;
        for (int32_t row = rows; row > 0; --row) {
            *out++ = *from;
            from += columns;
        }
    }
}

protonas_status protonas_cmsis_batch_matmul_transposing_s16(const protonas_cmsis_batch_matmul_transposing_s16_params *p,
                                                            const int16_t *left, const int16_t *right, int16_t *out,
                                                            void *scratch)
{
    const cmsis_nn_context none = {NULL, 0};
    const int32_t left_size = p->left->w * p->left->c;
    const int32_t right_size = p->right->w * p->right->c;
    int16_t *const new_left = (int16_t *)scratch;
    int16_t *const new_right = new_left + ((p->left_is_transposed != 0) ? left_size : 0);
    arm_cmsis_nn_status status = ARM_CMSIS_NN_SUCCESS;

    for (int32_t batch = 0; (batch < p->batches) && (status == ARM_CMSIS_NN_SUCCESS); ++batch) {
        const int16_t *a = left;
        const int16_t *b = right;
        if (p->left_is_transposed != 0) {
            transpose(left, p->left->c, p->left->w, new_left);
            a = new_left;
        }
        if (p->right_is_plain != 0) {
            transpose(right, p->right->c, p->right->w, new_right);
            b = new_right;
        }
        status = arm_batch_matmul_s16(&none, &p->bmm, &p->rescaling, p->left, a, p->right, b, p->output, out);
        left += left_size;
        right += right_size;
        out += p->output->w * p->output->c;
    }
    return protonas_cmsis_status(status);
}
