/* protonas_squared_difference_s8 with the single rounding of ONNX: see protonas_requantize.h. */
#ifndef PROTONAS_SQUARED_DIFFERENCE_S8_SINGLE_H
#define PROTONAS_SQUARED_DIFFERENCE_S8_SINGLE_H

#include "protonas_squared_difference_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef protonas_squared_difference_s8_params protonas_squared_difference_s8_single_params;

/* As protonas_squared_difference_s8, but that every rescaling rounds once. */
void protonas_squared_difference_s8_single(const protonas_squared_difference_s8_single_params *p, const int8_t *left,
                                           const int8_t *right, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_SQUARED_DIFFERENCE_S8_SINGLE_H */
