#include "protonas_cmsis_mul_s16.h"

protonas_status protonas_cmsis_mul_s16(const protonas_cmsis_mul_s16_params *p,
                                       const int16_t *left, const int16_t *right, int16_t *out)
{
    return protonas_cmsis_status(arm_elementwise_mul_s16(left, right, 0, 0, out, 0, p->output_multiplier, p->output_shift,
                                                         p->activation_min, p->activation_max, p->size));
}
