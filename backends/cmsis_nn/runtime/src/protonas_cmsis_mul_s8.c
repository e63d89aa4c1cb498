#include "protonas_cmsis_mul_s8.h"

protonas_status protonas_cmsis_mul_s8(const protonas_cmsis_mul_s8_params *p, const int8_t *left, const int8_t *right, int8_t *out)
{
    return protonas_cmsis_status(arm_elementwise_mul_s8(left, right, p->left_offset, p->right_offset, out, p->output_offset,
                                                        p->output_multiplier, p->output_shift, p->activation_min,
                                                        p->activation_max, p->size));
}
