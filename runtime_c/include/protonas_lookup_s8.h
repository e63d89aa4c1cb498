/* A function of one int8 number as a table: sigmoid, tanh, hard_swish and the like. */
#ifndef PROTONAS_LOOKUP_S8_H
#define PROTONAS_LOOKUP_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *table; /* [256]: the output for the number whose eight bits are the index; -1 has entry 255 */
    int32_t size;        /* elements */
} protonas_lookup_s8_params;

/* in, out: [size]. out may be in, or begin before it. */
void protonas_lookup_s8(const protonas_lookup_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_LOOKUP_S8_H */
