/* protonas_dense_s4 with the single rounding of ONNX: see protonas_requantize.h. */
#ifndef PROTONAS_DENSE_S4_SINGLE_H
#define PROTONAS_DENSE_S4_SINGLE_H

#include "protonas_dense_s4.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_dense_s4_params protonas_dense_s4_single_params;

/* As protonas_dense_s4, but that every rescaling rounds once. */
void protonas_dense_s4_single(const protonas_dense_s4_single_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_DENSE_S4_SINGLE_H */
