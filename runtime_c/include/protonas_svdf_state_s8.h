/* One step of a rank-decomposed memory filter (SVDF) on int8, its memory int8. */
#ifndef PROTONAS_SVDF_STATE_S8_H
#define PROTONAS_SVDF_STATE_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *feature_weights; /* [filters][input_size] */
    const int8_t *time_weights;    /* [filters][memory] */
    const int32_t *bias;           /* [filters / rank] */
    int32_t input_size;
    int32_t filters; /* rank filters make one output */
    int32_t rank;
    int32_t memory; /* how many steps a filter remembers */
    int32_t input_zero_point;
    int32_t feature_multiplier; /* input times feature weights to state */
    int32_t feature_shift;
    int32_t state_zero_point;
    int32_t output_multiplier; /* state times time weights to output */
    int32_t output_shift;
    int32_t output_zero_point;
    int32_t activation_min; /* inclusive bounds of the output, within int8 */
    int32_t activation_max;
} protonas_svdf_state_s8_params;

/* in: [input_size]; out: [filters / rank]; state: [filters][memory], the oldest first, which is moved on by one. None
 * may overlap. The newest element of the state wraps where its zero point pushes it over the edge of int8, and the
 * sum of an output wraps at 32 bits, both as in TensorFlow Lite Micro.
 */
void protonas_svdf_state_s8(const protonas_svdf_state_s8_params *p, const int8_t *in, int8_t *out, int8_t *state);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_SVDF_STATE_S8_H */
