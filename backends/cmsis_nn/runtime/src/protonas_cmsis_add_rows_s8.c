#include "protonas_cmsis_add_rows_s8.h"

protonas_status protonas_cmsis_add_rows_s8(const protonas_cmsis_add_rows_s8_params *p,
                                           const int8_t *left, const int8_t *right, int8_t *out)
{
    protonas_status status = PROTONAS_SUCCESS;

    for (int32_t row = 0; (row < p->rows) && (status == PROTONAS_SUCCESS); ++row) {
        status = protonas_cmsis_add_s8(&p->row, left + row * p->left_stride, right + row * p->right_stride, out + row * p->row.size);
    }
    return status;
}
