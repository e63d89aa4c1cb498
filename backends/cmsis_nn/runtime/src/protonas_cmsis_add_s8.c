#include "protonas_cmsis_add_s8.h"

protonas_status protonas_cmsis_add_s8(const protonas_cmsis_add_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out)
{
    return protonas_cmsis_status(arm_elementwise_add_s8(
        left, right, p->left_offset, p->left_multiplier, p->left_shift, p->right_offset, p->right_multiplier, p->right_shift,
        p->input_left_shift, out, p->output_offset, p->output_multiplier, p->output_shift, p->activation_min, p->activation_max,
        p->size));
}
