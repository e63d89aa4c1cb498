/* int16 numbers under another quantization, as int32. */
#ifndef PROTONAS_REQUANTIZE_S16_S32_H
#define PROTONAS_REQUANTIZE_S16_S32_H

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
    int32_t activation_min; /* inclusive bounds of the output, within int32 */
    int32_t activation_max;
} protonas_requantize_s16_s32_params;

/* in, out: [size]. They must not overlap. */
void protonas_requantize_s16_s32(const protonas_requantize_s16_s32_params *p, const int16_t *in, int32_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_REQUANTIZE_S16_S32_H */
