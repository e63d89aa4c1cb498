/* int16 numbers, the negative ones times an int8 alpha that may broadcast. */
#ifndef PROTONAS_PRELU_S16_H
#define PROTONAS_PRELU_S16_H

#include <stdint.h>

#include "protonas_prelu_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_prelu_s8_params protonas_prelu_s16_params;

/* in, out: [outer_size][middle_size][inner_size][row_size]. out may be in, or begin before it. */
void protonas_prelu_s16(const protonas_prelu_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_PRELU_S16_H */
