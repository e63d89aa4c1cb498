#include "protonas_batch_matmul_s16.h"

#include "protonas_output_stage_s16.h"

/* The products of one row of left with one column of right. */
static int64_t accumulate(const protonas_batch_matmul_s16_params *p, const int16_t *row, const int16_t *column)
{
    const int32_t left_step = p->left_depth_step;
    const int32_t right_step = p->right_depth_step;
    int32_t left_at = 0;
    int32_t right_at = 0;
    int64_t sum = 0;
    for (int32_t k = p->depth; k > 0; --k) {
        sum += row[left_at] * column[right_at];
        left_at += left_step;
        right_at += right_step;
    }
    return sum;
}

void protonas_batch_matmul_s16(const protonas_batch_matmul_s16_params *p, const int16_t *left, const int16_t *right,
                               int16_t *out)
{
    for (int32_t batch = 0; batch < p->batches; ++batch) {
        const int16_t *row = left;
        for (int32_t y = 0; y < p->rows; ++y) {
            const int16_t *column = right;
            for (int32_t x = 0; x < p->columns; ++x) {
                const int64_t sum = accumulate(p, row, column);
                const int32_t value = protonas_requantize_wide(sum, p->output_multiplier, p->output_shift);
                *out++ = (int16_t)protonas_clamp(value, INT16_MIN, INT16_MAX);
                column += p->right_column_step;
            }
            row += p->left_row_step;
        }
        left += p->rows * p->depth;
        right += p->depth * p->columns;
    }
}
