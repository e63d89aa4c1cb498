#include "protonas_cmsis_softmax_s8.h"

protonas_status protonas_cmsis_softmax_s8(const protonas_cmsis_softmax_s8_params *p, const int8_t *in, int8_t *out)
{
    arm_softmax_s8(in, p->rows, p->row_size, p->multiplier, p->shift, p->least_difference, out);
    return PROTONAS_SUCCESS;
}
