/* The first half of an SVDF: the input times the feature weights of a few filters. */
#ifndef PROTONAS_SVDF_FEATURES_H
#define PROTONAS_SVDF_FEATURES_H

#include <stdint.h>

#include "protonas_dot_s8.h"

/* How many filters are done at a time, where `left` are left. */
static inline int32_t protonas_svdf_lanes(int32_t left)
{
    return left >= PROTONAS_DOT_ROWS ? PROTONAS_DOT_ROWS : 1;
}

/* sums[0 .. lanes - 1] = in times that many rows of weights. in: [size]; weights: [lanes][size]. */
static inline void protonas_svdf_features(const int8_t *in, const int8_t *weights, int32_t size, int32_t zero_point,
                                          int32_t lanes, int32_t *sums)
{
    if (lanes == PROTONAS_DOT_ROWS) {
        protonas_clear_four_sums(sums);
        protonas_dot_four_rows_s8(in, weights, size, size, zero_point, sums);
    } else {
        sums[0] = protonas_dot_one_row_s8(in, weights, size, zero_point);
    }
}

#endif /* PROTONAS_SVDF_FEATURES_H */
