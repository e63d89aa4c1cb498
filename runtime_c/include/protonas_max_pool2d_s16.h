/* Largest value of each window; padding never wins. Input and output share one quantization. */
#ifndef PROTONAS_MAX_POOL2D_S16_H
#define PROTONAS_MAX_POOL2D_S16_H

#include <stdint.h>

#include "protonas_max_pool2d_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_max_pool2d_s8_params protonas_max_pool2d_s16_params;

/* in: [input_height][input_width][channels]; out: [output_height][output_width][channels]. Every window must have
 * a tap inside the map. Outputs are computed in order, so out may lie over in where every byte is read before it is
 * written.
 */
void protonas_max_pool2d_s16(const protonas_max_pool2d_s16_params *p, const int16_t *in, int16_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_MAX_POOL2D_S16_H */
