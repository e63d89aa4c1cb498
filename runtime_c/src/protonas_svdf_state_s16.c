#include "protonas_svdf_state_s16.h"

#include "protonas_clamp.h"
#include "protonas_requantize.h"
#include "protonas_svdf_features.h"

/* Modulo 2^16, as TensorFlow Lite Micro stores what its zero point pushes over the edge. */
static inline int16_t wrap(int32_t value)
{
    return (int16_t)(((value + 0x8000) & 0xFFFF) - 0x8000);
}

/* left * right modulo 2^32. */
static inline uint32_t product(int32_t left, int32_t right)
{
    return (uint32_t)left * (uint32_t)right;
}

/* Moves a filter's memory on by one and gives its sum with the weights, modulo 2^32. */
static uint32_t remember(const protonas_svdf_state_s16_params *p, const int16_t *weights, int32_t newest,
                         int16_t *memory)
{
    const int32_t last = p->memory - 1;
    const int32_t zero_point = p->state_zero_point;
    uint32_t sum = 0U;
    for (int32_t i = 0; i < last; ++i) {
        const int16_t value = memory[i + 1];
        memory[i] = value;
        sum += product(weights[i], value - zero_point);
    }
    memory[last] = wrap(newest + zero_point);
    return sum + product(weights[last], memory[last] - zero_point);
}

void protonas_svdf_state_s16(const protonas_svdf_state_s16_params *p, const int8_t *in, int8_t *out, int16_t *state)
{
    const int8_t *features = p->feature_weights;
    const int16_t *weights = p->time_weights;
    const int32_t *bias = p->bias;
    int32_t left = p->rank;
    uint32_t total = 0U;
    int32_t filter = 0;
    while (filter < p->filters) {
        const int32_t lanes = protonas_svdf_lanes(p->filters - filter);
        int32_t sums[PROTONAS_DOT_ROWS];
        protonas_svdf_features(in, features, p->input_size, p->input_zero_point, lanes, sums);
        for (int32_t lane = 0; lane < lanes; ++lane) {
            const int32_t feature = protonas_requantize(sums[lane], p->feature_multiplier, p->feature_shift);
            total += remember(p, weights, protonas_clamp(feature, INT16_MIN, INT16_MAX), state);
            weights += p->memory;
            state += p->memory;
            left -= 1;
            if (left == 0) {
                total += (uint32_t)*bias++;
                const int32_t value = protonas_requantize((int32_t)total, p->output_multiplier, p->output_shift);
                *out++ = protonas_to_int8(value, p->output_zero_point, p->activation_min, p->activation_max);
                left = p->rank;
                total = 0U;
            }
        }
        features += lanes * p->input_size;
        filter += lanes;
    }
}
