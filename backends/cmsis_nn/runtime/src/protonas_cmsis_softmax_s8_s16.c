#include "protonas_cmsis_softmax_s8_s16.h"

protonas_status protonas_cmsis_softmax_s8_s16(const protonas_cmsis_softmax_s8_s16_params *p, const int8_t *in, int16_t *out)
{
    arm_softmax_s8_s16(in, p->rows, p->row_size, p->multiplier, p->shift, p->least_difference, out);
    return PROTONAS_SUCCESS;
}
