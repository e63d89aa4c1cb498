/* Enlarges a map by whole factors: every pixel becomes a block of copies. */
#ifndef PROTONAS_UPSAMPLE_NEAREST_H
#define PROTONAS_UPSAMPLE_NEAREST_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t input_height;
    int32_t input_width;
    int32_t pixel_bytes; /* of all channels */
    int32_t factor_height;
    int32_t factor_width;
} protonas_upsample_nearest_params;

/* in: [input_height][input_width][pixel_bytes];
 * out: [input_height * factor_height][input_width * factor_width][pixel_bytes]. They must not overlap.
 */
void protonas_upsample_nearest(const protonas_upsample_nearest_params *p, const void *in, void *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_UPSAMPLE_NEAREST_H */
