/* Copies one input of a concatenation to its place in the output. */
#ifndef PROTONAS_COPY_ROWS_S8_H
#define PROTONAS_COPY_ROWS_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t rows;
    int32_t row_bytes;     /* bytes of in that are contiguous in out */
    int32_t output_stride; /* from one row to the next in out */
    int32_t output_offset; /* of the first row in out */
} protonas_copy_rows_s8_params;

/* in: [rows][row_bytes]; out: [rows][output_stride], of which row_bytes at output_offset are written. They must not
 * overlap.
 */
void protonas_copy_rows_s8(const protonas_copy_rows_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_COPY_ROWS_S8_H */
