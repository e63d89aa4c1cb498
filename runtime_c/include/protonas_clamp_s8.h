/* Limits int8 values: relu and relu6 where no operator before them could take them over. */
#ifndef PROTONAS_CLAMP_S8_H
#define PROTONAS_CLAMP_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t size; /* elements */
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_clamp_s8_params;

/* in, out: [size], one scale and zero point. out may be in, or begin before it. */
void protonas_clamp_s8(const protonas_clamp_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CLAMP_S8_H */
