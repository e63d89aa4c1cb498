/* The greater of two int8 numbers each, tensors that may broadcast; one quantization. */
#ifndef PROTONAS_MAXIMUM_S8_H
#define PROTONAS_MAXIMUM_S8_H

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
} protonas_maximum_s8_params;

/* left, right: as the steps say; out: [outer_size][middle_size][inner_size][row_size]. out may be, or begin before, an
 * operand that is as large as it.
 */
void protonas_maximum_s8(const protonas_maximum_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_MAXIMUM_S8_H */
