/* Squared difference of two int16 tensors that may broadcast. Inputs are not shifted left, as they are on int8. */
#ifndef PROTONAS_SQUARED_DIFFERENCE_S16_H
#define PROTONAS_SQUARED_DIFFERENCE_S16_H

#include <stdint.h>

#include "protonas_squared_difference_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_squared_difference_s8_params protonas_squared_difference_s16_params;

/* left, right: as the steps say; out: [outer_size][middle_size][inner_size][row_size]. out may be, or begin before, an
 * operand that is as large as it.
 */
void protonas_squared_difference_s16(const protonas_squared_difference_s16_params *p, const int16_t *left,
                                     const int16_t *right, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_SQUARED_DIFFERENCE_S16_H */
