/* Sum of two int8 tensors that broadcast. */
#ifndef PROTONAS_ADD_BROADCAST_S8_H
#define PROTONAS_ADD_BROADCAST_S8_H

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
    int32_t left_zero_point;
    int32_t left_multiplier; /* left input, shifted left by 20, to the common scale */
    int32_t left_shift;
    int32_t right_zero_point;
    int32_t right_multiplier; /* right input, shifted left by 20, to the common scale */
    int32_t right_shift;
    int32_t output_zero_point;
    int32_t output_multiplier; /* sum, or difference, to output */
    int32_t output_shift;
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_add_broadcast_s8_params;

/* left, right: as the steps say; out: [outer_size][middle_size][inner_size][row_size]. out may be, or begin before, an
 * operand that is as large as it.
 */
void protonas_add_broadcast_s8(const protonas_add_broadcast_s8_params *p, const int8_t *left, const int8_t *right,
                               int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_ADD_BROADCAST_S8_H */
