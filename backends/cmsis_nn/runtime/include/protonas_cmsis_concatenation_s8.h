/* One input of a concatenation, of elements of any size, into the rows of its output by arm_concatenation_s8_x. */
#ifndef PROTONAS_CMSIS_CONCATENATION_S8_H
#define PROTONAS_CMSIS_CONCATENATION_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t rows;          /* at most 65535, as row_bytes and output_stride */
    int32_t row_bytes;     /* of the input */
    int32_t output_stride; /* bytes from an output row to the next */
    int32_t output_offset; /* bytes in front of the first */
} protonas_cmsis_concatenation_s8_params;

/* in: [rows][row_bytes]; out: [rows][output_stride], apart from in. */
protonas_status protonas_cmsis_concatenation_s8(const protonas_cmsis_concatenation_s8_params *p, const void *in, void *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_CONCATENATION_S8_H */
