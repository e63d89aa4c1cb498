/* Fully connected layer on int8 with weights whose zero point is not 0, as uint8 weights of ONNX have. */
#ifndef PROTONAS_DENSE_S8_OFFSET_H
#define PROTONAS_DENSE_S8_OFFSET_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;     /* [output_size][input_size] */
    const int32_t *bias;       /* [output_size], or NULL */
    const int32_t *multiplier; /* [output_size]: accumulator to output, see protonas_requantize.h */
    const int8_t *shift;       /* [output_size] */
    const int8_t *weight_zero_points; /* [output_size] */
    int32_t input_size;
    int32_t output_size;
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_dense_s8_offset_params;

/* As protonas_dense_s8, but that every weight counts less the zero point of its output channel. */
void protonas_dense_s8_offset(const protonas_dense_s8_offset_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_DENSE_S8_OFFSET_H */
