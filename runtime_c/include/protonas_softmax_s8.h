/* Softmax of int8 rows. The output has scale 1/256 and zero point -128. */
#ifndef PROTONAS_SOFTMAX_S8_H
#define PROTONAS_SOFTMAX_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t rows;
    int32_t row_size;         /* elements; at most 4095 */
    int32_t multiplier;       /* input difference to fixed point with 5 integer bits */
    int32_t shift;
    int32_t least_difference; /* to the row's largest element; what lies further below counts as 0 */
} protonas_softmax_s8_params;

/* in, out: [rows][row_size]. out may be in, or begin before it. */
void protonas_softmax_s8(const protonas_softmax_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_SOFTMAX_S8_H */
