/* Sum of two int16 tensors that may broadcast. Zero points are 0. */
#ifndef PROTONAS_ADD_S16_H
#define PROTONAS_ADD_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t outer_size; /* output axes, outermost first; their product is the output's size */
    int32_t middle_size;
    int32_t inner_size;
    int32_t row_size;
    int32_t left_outer_step; /* elements from one index of the axis to the next; 0 repeats the operand */
    int32_t left_middle_step;
    int32_t left_inner_step;
    int32_t left_row_step;
    int32_t right_outer_step;
    int32_t right_middle_step;
    int32_t right_inner_step;
    int32_t right_row_step;
    int32_t left_multiplier; /* left input, shifted left by 15, to the common scale */
    int32_t left_shift;
    int32_t right_multiplier; /* right input, shifted left by 15, to the common scale */
    int32_t right_shift;
    int32_t output_multiplier; /* sum, or difference, to output */
    int32_t output_shift;
    int32_t activation_min; /* inclusive bounds of the output, within int16 */
    int32_t activation_max;
} protonas_add_s16_params;

/* left, right: as the steps say; out: [outer_size][middle_size][inner_size][row_size]. out may be, or begin before, an
 * operand that is as large as it.
 */
void protonas_add_s16(const protonas_add_s16_params *p, const int16_t *left, const int16_t *right, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_ADD_S16_H */
