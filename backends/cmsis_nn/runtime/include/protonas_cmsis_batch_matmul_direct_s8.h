/* Products of int8 matrices where arm_batch_matmul_s8 needs no scratch. */
#ifndef PROTONAS_CMSIS_BATCH_MATMUL_DIRECT_S8_H
#define PROTONAS_CMSIS_BATCH_MATMUL_DIRECT_S8_H

#include "protonas_cmsis_batch_matmul_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_cmsis_batch_matmul_s8_params protonas_cmsis_batch_matmul_direct_s8_params;

/* As protonas_cmsis_batch_matmul_s8, whose sum_bytes is 0. */
protonas_status protonas_cmsis_batch_matmul_direct_s8(const protonas_cmsis_batch_matmul_direct_s8_params *p, const int8_t *left,
                                                      const int8_t *right, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_BATCH_MATMUL_DIRECT_S8_H */
