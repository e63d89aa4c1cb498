#include "protonas_cmsis_curve_s16.h"

protonas_status protonas_cmsis_curve_s16(const protonas_cmsis_curve_s16_params *p, const int16_t *in, int16_t *out)
{
    return protonas_cmsis_status(arm_nn_activation_s16(in, out, p->size, p->left_shift, (p->is_tanh != 0) ? ARM_TANH : ARM_SIGMOID));
}
