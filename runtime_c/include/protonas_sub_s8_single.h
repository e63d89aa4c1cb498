/* protonas_sub_s8 with the single rounding of ONNX: see protonas_requantize.h. */
#ifndef PROTONAS_SUB_S8_SINGLE_H
#define PROTONAS_SUB_S8_SINGLE_H

#include "protonas_sub_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_sub_s8_params protonas_sub_s8_single_params;

/* As protonas_sub_s8, but that every rescaling rounds once. */
void protonas_sub_s8_single(const protonas_sub_s8_single_params *p, const int8_t *left, const int8_t *right,
                            int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_SUB_S8_SINGLE_H */
