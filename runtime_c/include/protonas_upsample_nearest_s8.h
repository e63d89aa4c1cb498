/* Enlarges an int8 map by whole factors: every pixel becomes a block of copies. */
#ifndef PROTONAS_UPSAMPLE_NEAREST_S8_H
#define PROTONAS_UPSAMPLE_NEAREST_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t input_height;
    int32_t input_width;
    int32_t channels;
    int32_t factor_height;
    int32_t factor_width;
} protonas_upsample_nearest_s8_params;

/* in: [input_height][input_width][channels];
 * out: [input_height * factor_height][input_width * factor_width][channels]. They must not overlap.
 */
void protonas_upsample_nearest_s8(const protonas_upsample_nearest_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_UPSAMPLE_NEAREST_S8_H */
