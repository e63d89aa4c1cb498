/* float32 numbers to int8: TFLite's rounding, half away from zero. */
#ifndef PROTONAS_QUANTIZE_F32_S8_H
#define PROTONAS_QUANTIZE_F32_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const float *scale; /* [1]: of one step */
    int32_t zero_point;
    int32_t size; /* elements */
} protonas_quantize_f32_s8_params;

/* in, out: [size]. What does not fit is saturated; what is not a number becomes the zero point. out may be in, or
 * begin before it.
 */
void protonas_quantize_f32_s8(const protonas_quantize_f32_s8_params *p, const float *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_QUANTIZE_F32_S8_H */
