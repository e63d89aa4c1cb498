#include "protonas_transpose_conv2d_s8.h"

#include "protonas_conv_region.h"
#include "protonas_taps.h"

/* Where an output pixel lies along one axis: `phase` after the first tap of input pixel `pixel`. Counted
 * along, so that nothing is divided: Cortex-M0 has no division.
 */
typedef struct {
    int32_t pixel;
    int32_t phase;
} output_place;

static inline void step(output_place *place, int32_t stride)
{
    place->phase += 1;
    if (place->phase == stride) {
        place->phase = 0;
        place->pixel += 1;
    }
}

static inline output_place place_after(int32_t cropped, int32_t stride)
{
    output_place place = {0, 0};
    for (int32_t i = 0; i < cropped; ++i) {
        step(&place, stride);
    }
    return place;
}

/* The input pixels that reach an output place: `position` through tap `first`, each pixel before it through the tap
 * `stride` further on, `count` in all. Where count is 0 all are 0.
 */
static inline protonas_taps taps_reaching(output_place place, int32_t kernel, int32_t stride, int32_t size)
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

void protonas_transpose_conv2d_s8(const protonas_transpose_conv2d_s8_params *p, const int8_t *in, int8_t *out)
{
    const int32_t depth = p->input_channels;
    const protonas_output_stage stage = PROTONAS_OUTPUT_STAGE(p);
    const output_place first_column = place_after(p->pad_left, p->stride_width);
    output_place row = place_after(p->pad_top, p->stride_height);
    protonas_conv_region region;
    region.input_row_step = -p->input_width * depth;
    region.input_run_step = -depth;
    region.weight_row_step = p->stride_height * p->kernel_width * depth;
    region.weight_run_step = p->stride_width * depth;
    region.filter_bytes = p->kernel_height * p->kernel_width * depth;
    region.run_bytes = depth;
    region.zero_point = p->input_zero_point;

    for (int32_t y = 0; y < p->output_height; ++y) {
        const protonas_taps rows = taps_reaching(row, p->kernel_height, p->stride_height, p->input_height);
        output_place column = first_column;
        region.rows = rows.count;
        for (int32_t x = 0; x < p->output_width; ++x) {
            const protonas_taps columns = taps_reaching(column, p->kernel_width, p->stride_width, p->input_width);
            const int8_t *weights = p->weights + (rows.first * p->kernel_width + columns.first) * depth;
            region.runs = columns.count;
            region.input = in + (rows.position * p->input_width + columns.position) * depth;
            protonas_convolve_channels(&stage, &region, weights, 0, p->output_channels, out);
            out += p->output_channels;
            step(&column, p->stride_width);
        }
        step(&row, p->stride_height);
    }
}
