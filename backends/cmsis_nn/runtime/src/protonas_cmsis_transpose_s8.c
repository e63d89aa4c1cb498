#include "protonas_cmsis_transpose_s8.h"

protonas_status protonas_cmsis_transpose_s8(const protonas_cmsis_transpose_s8_params *p, const int8_t *in, int8_t *out)
{
    const uint32_t order[] = {1, 0};
    const cmsis_nn_transpose_params transpose = {2, order};
    const cmsis_nn_dims input = {p->rows, p->columns, 1, 1};
    const cmsis_nn_dims output = {p->columns, p->rows, 1, 1};
    const int32_t size = p->rows * p->columns;
    protonas_status status = PROTONAS_SUCCESS;

    for (int32_t at = 0; at < p->matrices; ++at) {
        if (status == PROTONAS_SUCCESS) {
            status = protonas_cmsis_status(arm_transpose_s8(in + at * size, out + at * size, &input, &output, &transpose));
        }
    }
    return status;
}
