/* Softmax of each row of int8 numbers, with the int16 quantization that TFLite gives it: scale 1/65536, zero point
 * -32768.
 */
#ifndef PROTONAS_SOFTMAX_S8_S16_H
#define PROTONAS_SOFTMAX_S8_S16_H

#include <stdint.h>

#include "protonas_softmax_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_softmax_s8_params protonas_softmax_s8_s16_params;

/* in, out: [rows][row_size], which must not overlap. */
void protonas_softmax_s8_s16(const protonas_softmax_s8_s16_params *p, const int8_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_SOFTMAX_S8_S16_H */
