/* Products of int16 matrices, pair by pair; either may be stored transposed. Zero points are 0. */
#ifndef PROTONAS_BATCH_MATMUL_S16_H
#define PROTONAS_BATCH_MATMUL_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t batches; /* pairs of matrices */
    int32_t rows;    /* of left and out */
    int32_t columns; /* of right and out */
    int32_t depth;   /* columns of left, rows of right; below 2^17 */
    int32_t left_row_step; /* elements from one row of left to the next, and so on */
    int32_t left_depth_step;
    int32_t right_column_step;
    int32_t right_depth_step;
    int32_t output_multiplier; /* accumulator to output, 16 bits of it */
    int32_t output_shift;
} protonas_batch_matmul_s16_params;

/* left: [batches][rows][depth], right: [batches][depth][columns], their last two axes as the steps say;
 * out: [batches][rows][columns]. They must not overlap.
 */
void protonas_batch_matmul_s16(const protonas_batch_matmul_s16_params *p, const int16_t *left, const int16_t *right,
                               int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_BATCH_MATMUL_S16_H */
