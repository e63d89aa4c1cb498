/* Copies one input of a concatenation to its place in the output. */
#ifndef PROTONAS_COPY_ROWS_H
#define PROTONAS_COPY_ROWS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t rows;
    int32_t row_bytes;     /* bytes of in that are contiguous in out */
    int32_t output_stride; /* from one row to the next in out, in bytes */
    int32_t output_offset; /* of the first row in out, in bytes */
} protonas_copy_rows_params;

/* in: [rows][row_bytes]; out: [rows][output_stride], of which row_bytes at output_offset are written. Elements may be
 * of any type. in and out must not overlap.
 */
void protonas_copy_rows(const protonas_copy_rows_params *p, const void *in, void *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_COPY_ROWS_H */
