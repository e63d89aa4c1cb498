#include "protonas_cmsis_add_s16.h"

protonas_status protonas_cmsis_add_s16(const protonas_cmsis_add_s16_params *p,
                                       const int16_t *left, const int16_t *right, int16_t *out)
{
    return protonas_cmsis_status(arm_elementwise_add_s16(
        left, right, 0, p->left_multiplier, p->left_shift, 0, p->right_multiplier, p->right_shift, p->input_left_shift, out, 0,
        p->output_multiplier, p->output_shift, p->activation_min, p->activation_max, p->size));
}
