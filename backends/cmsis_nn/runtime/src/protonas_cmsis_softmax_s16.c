#include "protonas_cmsis_softmax_s16.h"

protonas_status protonas_cmsis_softmax_s16(const protonas_cmsis_softmax_s16_params *p, const int16_t *in, int16_t *out)
{
    const cmsis_nn_softmax_lut_s16 tables = {p->exp_table, p->reciprocal_table};

    return protonas_cmsis_status(arm_softmax_s16(in, p->rows, p->row_size, p->multiplier, p->shift, &tables, out));
}
