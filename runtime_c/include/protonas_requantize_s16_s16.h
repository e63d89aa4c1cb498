/* int16 numbers under another quantization, as int16. */
#ifndef PROTONAS_REQUANTIZE_S16_S16_H
#define PROTONAS_REQUANTIZE_S16_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t size; /* elements */
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t multiplier; /* input to output */
    int32_t shift;
    int32_t activation_min; /* inclusive bounds of the output, within int16 */
    int32_t activation_max;
} protonas_requantize_s16_s16_params;

/* in, out: [size]. out may be in, or begin before it. */
void protonas_requantize_s16_s16(const protonas_requantize_s16_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_REQUANTIZE_S16_S16_H */
