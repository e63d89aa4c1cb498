#include "protonas_resize_bilinear_s8.h"

/* Positions are multiples of 1 / ONE of a pixel. */
#define ONE_BITS 10
#define ONE (1 << ONE_BITS)

/* Where an output row or column lies between two of the input, and the weight of each; the two add up to ONE. */
typedef struct {
    int32_t low;
    int32_t high;
    int32_t low_weight;
    int32_t high_weight;
} neighbours;

static neighbours neighbours_of(int32_t position, int32_t size)
{
    neighbours found;
    const int32_t above = (position + ONE - 1) >> ONE_BITS;
    found.low = position < 0 ? 0 : position >> ONE_BITS;
    found.high = above < size ? above : size - 1;
    found.high_weight = position - (found.low << ONE_BITS);
    found.low_weight = ONE - found.high_weight;
    return found;
}

/* All channels of one output pixel, of the input's rows `low` and `high`. Weights are at most 2048 in sum of magnitudes
 * for each axis, so that sums of int8 values stay within 2^29. Rounds half away from zero.
 */
static void blend(const int8_t *low, const int8_t *high, const neighbours *y, const neighbours *x, int32_t channels,
                  int8_t *out)
{
    const int32_t left = x->low * channels;
    const int32_t right = x->high * channels;
    const int32_t low_left = y->low_weight * x->low_weight;
    const int32_t low_right = y->low_weight * x->high_weight;
    const int32_t high_left = y->high_weight * x->low_weight;
    const int32_t high_right = y->high_weight * x->high_weight;
    for (int32_t channel = 0; channel < channels; ++channel) {
        const int32_t sum = low[left + channel] * low_left + low[right + channel] * low_right +
                            high[left + channel] * high_left + high[right + channel] * high_right;
        const int32_t half = sum > 0 ? (ONE * ONE) / 2 : -((ONE * ONE) / 2);
        out[channel] = (int8_t)((sum + half) / (ONE * ONE));
    }
}

void protonas_resize_bilinear_s8(const protonas_resize_bilinear_s8_params *p, const int8_t *in, int8_t *out)
{
    const int32_t channels = p->channels;
    const int32_t row_size = p->input_width * channels;
    int32_t row_position = p->offset_height;
    for (int32_t row = 0; row < p->output_height; ++row) {
        const neighbours y = neighbours_of(row_position, p->input_height);
        const int8_t *const low = in + y.low * row_size;
        const int8_t *const high = in + y.high * row_size;
        int32_t position = p->offset_width;
        for (int32_t column = 0; column < p->output_width; ++column) {
            const neighbours x = neighbours_of(position, p->input_width);
            blend(low, high, &y, &x, channels, out);
            out += channels;
            position += p->step_width;
        }
        row_position += p->step_height;
    }
}
