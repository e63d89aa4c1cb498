/* Weights with zero points, for the kernels whose names say offset. With x and w less their zero points,
 * sum of x * w = sum of x * stored weight - weight zero point * sum of x: the weights stay 8 bits wide.
 */
#ifndef PROTONAS_WEIGHT_ZERO_POINT_H
#define PROTONAS_WEIGHT_ZERO_POINT_H

#include <stdint.h>

/* The sum over k < count of x[k] - zero_point. */
static inline int32_t protonas_centred_sum(const int8_t *x, int32_t count, int32_t zero_point)
{
    const int8_t *const end = x + count;
    int32_t sum = 0;
    while (x != end) {
        sum += *x++ - zero_point;
    }
    return sum;
}

/* Takes from sums[i], i < count, what the zero point of its weights has added: `total` is the sum of x. */
static inline void protonas_lower_sums(int32_t *sums, int32_t count, const int8_t *weight_zero_points, int32_t total)
{
    for (int32_t i = 0; i < count; ++i) {
        sums[i] -= weight_zero_points[i] * total;
    }
}

#endif /* PROTONAS_WEIGHT_ZERO_POINT_H */
