#include "protonas_svdf_state_s8.h"

#include "protonas_element.h"
#include "protonas_requantize.h"
#include "protonas_svdf_features.h"

#ifndef PROTONAS_PARAMS
#define PROTONAS_PARAMS protonas_svdf_state_s8_params /* variants of this source bring their own */
#endif

/* Modulo 2^8 or 2^16, as TensorFlow Lite Micro stores what its zero point pushes over the edge. */
static inline PROTONAS_ELEMENT wrap(int32_t value)
{
    const int32_t mask = PROTONAS_ELEMENT_MAX - PROTONAS_ELEMENT_MIN;
    return (PROTONAS_ELEMENT)(((value - PROTONAS_ELEMENT_MIN) & mask) + PROTONAS_ELEMENT_MIN);
}

/* left * right modulo 2^32. */
static inline uint32_t product(int32_t left, int32_t right)
{
    return (uint32_t)left * (uint32_t)right;
}

/* Moves a filter's memory on by one and gives its sum with the weights, modulo 2^32. */
static uint32_t remember(const PROTONAS_PARAMS *p, const PROTONAS_ELEMENT *weights, int32_t newest,
                         PROTONAS_ELEMENT *memory)
{
    const int32_t last = p->memory - 1;
    const int32_t zero_point = p->state_zero_point;
    uint32_t sum = 0U;
    for (int32_t i = 0; i < last; ++i) {
        const PROTONAS_ELEMENT value = memory[i + 1];
        memory[i] = value;
        sum += product(weights[i], value - zero_point);
    }
    memory[last] = wrap(newest + zero_point);
    return sum + product(weights[last], memory[last] - zero_point);
}

void protonas_svdf_state_s8(const PROTONAS_PARAMS *p, const int8_t *in, int8_t *out, PROTONAS_ELEMENT *state)
{
    const int8_t *features = p->feature_weights;
    const PROTONAS_ELEMENT *weights = p->time_weights;
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
            const int32_t newest = protonas_clamp(feature, PROTONAS_ELEMENT_MIN, PROTONAS_ELEMENT_MAX);
            total += remember(p, weights, newest, state);
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
