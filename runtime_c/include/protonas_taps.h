/* Which taps of a sliding window lie inside the map, along one axis: computed once, outside the inner loops. */
#ifndef PROTONAS_TAPS_H
#define PROTONAS_TAPS_H

#include <stdint.h>

#include "protonas_window.h"

/* Taps first .. first + count - 1 of a window are inside, and tap `first` is at `position` on the axis. Where count is
 * 0 all are 0.
 */
typedef struct {
    int32_t first;
    int32_t count;
    int32_t position;
} protonas_taps;

/* The window's tap k is at origin + k * dilation; positions 0 .. size - 1 are inside the map. At most
 * `kernel` steps, and no division: Cortex-M0 has none.
 */
static inline protonas_taps protonas_taps_inside(int32_t origin, int32_t kernel, int32_t dilation, int32_t size)
{
    protonas_taps taps = {0, kernel, origin};
    int32_t last = origin + (kernel - 1) * dilation;
    while (taps.count > 0 && taps.position < 0) {
        taps.position += dilation;
        taps.first += 1;
        taps.count -= 1;
    }
    while (taps.count > 0 && last >= size) {
        last -= dilation;
        taps.count -= 1;
    }
    if (taps.count == 0) {
        taps.first = 0;
        taps.position = 0;
    }
    return taps;
}

/* The taps inside the map of the windows of output row y. */
static inline protonas_taps protonas_rows_inside(const protonas_window *window, int32_t dilation, int32_t y)
{
    return protonas_taps_inside(y * window->stride_height - window->pad_top, window->kernel_height, dilation,
                                window->input_height);
}

/* The taps inside the map of the windows of output column x. */
static inline protonas_taps protonas_columns_inside(const protonas_window *window, int32_t dilation, int32_t x)
{
    return protonas_taps_inside(x * window->stride_width - window->pad_left, window->kernel_width, dilation,
                                window->input_width);
}

#endif /* PROTONAS_TAPS_H */
