/* The inner loops of convolution and dense: one vector of activations against one or four rows of weights. */
#ifndef PROTONAS_DOT_S8_H
#define PROTONAS_DOT_S8_H

#include <stdint.h>

/* How many output channels the kernels compute at a time: one activation load serves four multiplies. */
#define PROTONAS_DOT_ROWS 4

/* sums[0 .. 3] = 0. An initialiser would call memset on cores without double-word stores. */
static inline void protonas_clear_four_sums(int32_t *sums)
{
    sums[0] = 0;
    sums[1] = 0;
    sums[2] = 0;
    sums[3] = 0;
}

/* sums[r] += sum over k < count of (x[k] - zero_point) * weights[r * row_bytes + k], for four rows r. */
static inline void protonas_dot_four_rows_s8(const int8_t *x, const int8_t *weights, int32_t row_bytes,
                                             int32_t count, int32_t zero_point, int32_t *sums)
{
    const int8_t *row0 = weights;
    const int8_t *row1 = row0 + row_bytes;
    const int8_t *row2 = row1 + row_bytes;
    const int8_t *row3 = row2 + row_bytes;
    const int8_t *const end = x + count;
    int32_t sum0 = sums[0];
    int32_t sum1 = sums[1];
    int32_t sum2 = sums[2];
    int32_t sum3 = sums[3];
    while (x != end) {
        const int32_t value = *x++ - zero_point;
        sum0 += value * *row0++;
        sum1 += value * *row1++;
        sum2 += value * *row2++;
        sum3 += value * *row3++;
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
}

/* The sum over k < count of (x[k] - zero_point) * weights[k]. */
static inline int32_t protonas_dot_one_row_s8(const int8_t *x, const int8_t *weights, int32_t count,
                                              int32_t zero_point)
{
    const int8_t *const end = x + count;
    int32_t sum = 0;
    while (x != end) {
        sum += (*x++ - zero_point) * *weights++;
    }
    return sum;
}

#endif /* PROTONAS_DOT_S8_H */
