/* Mean of each window's elements inside the map, rounded half away from zero; one quantization. */
#ifndef PROTONAS_AVERAGE_POOL2D_S8_H
#define PROTONAS_AVERAGE_POOL2D_S8_H

#include <stdint.h>

#include "protonas_window.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    protonas_window window;
    int32_t channels;
    int32_t activation_min; /* inclusive bounds of the output, within its type */
    int32_t activation_max;
} protonas_average_pool2d_s8_params;

/* in: [input_height][input_width][channels]; out: [output_height][output_width][channels]. Every window must have
 * a tap inside the map. Outputs are computed in order, so out may lie over in where every byte is read before it is
 * written.
 */
void protonas_average_pool2d_s8(const protonas_average_pool2d_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_AVERAGE_POOL2D_S8_H */
