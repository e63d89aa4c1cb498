/* int8 numbers, the negative ones times an alpha that may broadcast. */
#ifndef PROTONAS_PRELU_S8_H
#define PROTONAS_PRELU_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *alpha; /* as its steps say */
    int32_t outer_size;  /* input axes, outermost first; their product is the input's size */
    int32_t middle_size;
    int32_t inner_size;
    int32_t row_size;
    int32_t alpha_outer_step; /* elements from one index of the axis to the next; 0 repeats alpha */
    int32_t alpha_middle_step;
    int32_t alpha_inner_step;
    int32_t alpha_row_step;
    int32_t input_zero_point;
    int32_t alpha_zero_point;
    int32_t output_zero_point;
    int32_t identity_multiplier; /* input to output */
    int32_t identity_shift;
    int32_t alpha_multiplier; /* input times alpha to output */
    int32_t alpha_shift;
} protonas_prelu_s8_params;

/* in, out: [outer_size][middle_size][inner_size][row_size]. out may be in, or begin before it. */
void protonas_prelu_s8(const protonas_prelu_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_PRELU_S8_H */
