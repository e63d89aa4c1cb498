/* Which input pixels of a transposed convolution reach a pixel of its output. */
#ifndef PROTONAS_OUTPUT_PLACE_H
#define PROTONAS_OUTPUT_PLACE_H

#include <stdint.h>

#include "protonas_taps.h"

/* Where an output pixel lies along one axis: `phase` after the first tap of input pixel `pixel`. Counted
 * along, so that nothing is divided: Cortex-M0 has no division.
 */
typedef struct {
    int32_t pixel;
    int32_t phase;
} protonas_output_place;

static inline void protonas_step_place(protonas_output_place *place, int32_t stride)
{
    place->phase += 1;
    if (place->phase == stride) {
        place->phase = 0;
        place->pixel += 1;
    }
}

static inline protonas_output_place protonas_place_after(int32_t cropped, int32_t stride)
{
    protonas_output_place place = {0, 0};
    for (int32_t i = 0; i < cropped; ++i) {
        protonas_step_place(&place, stride);
    }
    return place;
}

/* The input pixels that reach an output place: `position` through tap `first`, each pixel before it through the tap
 * `stride` further on, `count` in all. Where count is 0 all are 0.
 */
static inline protonas_taps protonas_taps_reaching(protonas_output_place place, int32_t kernel, int32_t stride,
                                                   int32_t size)
{
    protonas_taps taps = {place.phase, 0, place.pixel};
    while (taps.position >= size) {
        taps.position -= 1;
        taps.first += stride;
    }
    int32_t tap = taps.first;
    while (tap < kernel && taps.count <= taps.position) {
        taps.count += 1;
        tap += stride;
    }
    if (taps.count == 0) {
        taps.first = 0;
        taps.position = 0;
    }
    return taps;
}

#endif /* PROTONAS_OUTPUT_PLACE_H */
