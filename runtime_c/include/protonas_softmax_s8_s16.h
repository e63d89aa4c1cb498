/* Softmax of each row of int8 numbers, with the int16 quantization that TFLite gives it: scale 1/65536, zero point
 * -32768.
 */
#ifndef PROTONAS_SOFTMAX_S8_S16_H
#define PROTONAS_SOFTMAX_S8_S16_H

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
} protonas_softmax_s8_s16_params;

/* in, out: [rows][row_size], which must not overlap. */
void protonas_softmax_s8_s16(const protonas_softmax_s8_s16_params *p, const int8_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_SOFTMAX_S8_S16_H */
