/* Softmax of int16 rows. The output has scale 2^-15 and zero point 0. */
#ifndef PROTONAS_SOFTMAX_S16_H
#define PROTONAS_SOFTMAX_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int16_t *exp_table;        /* [513]: exp from -10 to 0, 15 fractional bits */
    const int16_t *reciprocal_table; /* [513]: 1 / (1 + x) of x from 0 to 1, 15 fractional bits */
    int32_t rows;
    int32_t row_size;                /* elements; at most 65536 */
    int32_t multiplier;              /* input difference to an argument of exp, 65535 being 10 */
    int32_t shift;
} protonas_softmax_s16_params;

/* in, out: [rows][row_size]. out may be in, or begin before it. */
void protonas_softmax_s16(const protonas_softmax_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_SOFTMAX_S16_H */
