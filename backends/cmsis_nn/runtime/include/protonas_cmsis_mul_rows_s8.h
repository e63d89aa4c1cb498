/* Products of int8 maps row by row, one operand's rows repeated: arm_elementwise_mul_s8 for each row. */
#ifndef PROTONAS_CMSIS_MUL_ROWS_S8_H
#define PROTONAS_CMSIS_MUL_ROWS_S8_H

#include "protonas_cmsis_mul_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t rows;
    int32_t left_stride;  /* elements from the row that goes with an output row to the next: row.size, or 0 */
    int32_t right_stride; /* likewise */
    protonas_cmsis_mul_s8_params row;
} protonas_cmsis_mul_rows_s8_params;

/* left and right: [rows][row.size], or [row.size] where the stride is 0; out: [rows][row.size], may be what is as large. */
protonas_status protonas_cmsis_mul_rows_s8(const protonas_cmsis_mul_rows_s8_params *p,
                                           const int8_t *left, const int8_t *right, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_MUL_ROWS_S8_H */
