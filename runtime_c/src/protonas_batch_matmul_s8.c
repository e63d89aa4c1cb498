#include "protonas_batch_matmul_s8.h"

#include "protonas_clamp.h"
#include "protonas_requantize.h"

/* The products of one row of left with one column of right. */
static int32_t accumulate(const protonas_batch_matmul_s8_params *p, const int8_t *row, const int8_t *column)
{
    const int32_t left_zero_point = p->left_zero_point;
    const int32_t right_zero_point = p->right_zero_point;
    const int32_t left_step = p->left_depth_step;
    const int32_t right_step = p->right_depth_step;
    int32_t left_at = 0;
    int32_t right_at = 0;
    int32_t sum = 0;
    for (int32_t k = p->depth; k > 0; --k) {
        sum += (row[left_at] - left_zero_point) * (column[right_at] - right_zero_point);
        left_at += left_step;
        right_at += right_step;
    }
    return sum;
}

void protonas_batch_matmul_s8(const protonas_batch_matmul_s8_params *p, const int8_t *left, const int8_t *right,
                              int8_t *out)
{
    for (int32_t batch = 0; batch < p->batches; ++batch) {
        const int8_t *row = left;
        for (int32_t y = 0; y < p->rows; ++y) {
            const int8_t *column = right;
            for (int32_t x = 0; x < p->columns; ++x) {
                const int32_t sum = accumulate(p, row, column);
                const int32_t value = protonas_requantize(sum, p->output_multiplier, p->output_shift);
                *out++ = protonas_to_int8(value, p->output_zero_point, INT8_MIN, INT8_MAX);
                column += p->right_column_step;
            }
            row += p->left_row_step;
        }
        left += p->rows * p->depth;
        right += p->depth * p->columns;
    }
}
