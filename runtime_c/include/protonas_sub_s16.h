/* Difference of two int16 tensors that may broadcast. Zero points are 0. */
#ifndef PROTONAS_SUB_S16_H
#define PROTONAS_SUB_S16_H

#include <stdint.h>

#include "protonas_add_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_add_s16_params protonas_sub_s16_params;

/* left, right: as the steps say; out: [outer_size][middle_size][inner_size][row_size]. out may be, or begin before, an
 * operand that is as large as it.
 */
void protonas_sub_s16(const protonas_sub_s16_params *p, const int16_t *left, const int16_t *right, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_SUB_S16_H */
