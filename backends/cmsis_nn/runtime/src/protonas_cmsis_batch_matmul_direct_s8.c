#include "protonas_cmsis_batch_matmul_direct_s8.h"

#include <stddef.h>

protonas_status protonas_cmsis_batch_matmul_direct_s8(const protonas_cmsis_batch_matmul_direct_s8_params *p, const int8_t *left,
                                                      const int8_t *right, int8_t *out)
{
    return protonas_cmsis_batch_matmul_s8(p, left, right, out, NULL);
}
