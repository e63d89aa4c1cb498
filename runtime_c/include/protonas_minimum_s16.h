/* The lesser of two int16 numbers each, tensors that may broadcast; one quantization. */
#ifndef PROTONAS_MINIMUM_S16_H
#define PROTONAS_MINIMUM_S16_H

#include <stdint.h>

#include "protonas_minimum_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_minimum_s8_params protonas_minimum_s16_params;

/* left, right: as the steps say; out: [outer_size][middle_size][inner_size][row_size]. out may be, or begin before, an
 * operand that is as large as it.
 */
void protonas_minimum_s16(const protonas_minimum_s16_params *p, const int16_t *left, const int16_t *right,
                          int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_MINIMUM_S16_H */
