/* int8 numbers to the float32 numbers they stand for. */
#ifndef PROTONAS_DEQUANTIZE_S8_F32_H
#define PROTONAS_DEQUANTIZE_S8_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const float *scale; /* [1]: of one step */
    int32_t zero_point;
    int32_t size; /* elements */
} protonas_dequantize_s8_f32_params;

/* in, out: [size]. They must not overlap. */
void protonas_dequantize_s8_f32(const protonas_dequantize_s8_f32_params *p, const int8_t *in, float *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_DEQUANTIZE_S8_F32_H */
