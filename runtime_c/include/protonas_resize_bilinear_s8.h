/* Brings an int8 map to another size, each pixel a mean of up to four, as TensorFlow Lite Micro does in integers. */
#ifndef PROTONAS_RESIZE_BILINEAR_S8_H
#define PROTONAS_RESIZE_BILINEAR_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t input_height;
    int32_t input_width;
    int32_t channels;
    int32_t output_height;
    int32_t output_width;
    int32_t step_height;   /* input rows from one output row to the next, times 1024 */
    int32_t step_width;    /* input columns from one output column to the next, times 1024 */
    int32_t offset_height; /* where in the input the first output row lies, times 1024; at least -512 */
    int32_t offset_width;
} protonas_resize_bilinear_s8_params;

/* in: [input_height][input_width][channels]; out: [output_height][output_width][channels]. They must not overlap. */
void protonas_resize_bilinear_s8(const protonas_resize_bilinear_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_RESIZE_BILINEAR_S8_H */
