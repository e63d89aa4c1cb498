/* Matrix, or several one after the other, of int8 with rows and columns exchanged, by arm_transpose_s8. */
#ifndef PROTONAS_CMSIS_TRANSPOSE_S8_H
#define PROTONAS_CMSIS_TRANSPOSE_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t matrices;
    int32_t rows;     /* of each input matrix; at most 65535 */
    int32_t columns;  /* at most 9362: the library has 16 bits for seven times as many */
} protonas_cmsis_transpose_s8_params;

/* in: [matrices][rows][columns]; out: [matrices][columns][rows], apart from in. */
protonas_status protonas_cmsis_transpose_s8(const protonas_cmsis_transpose_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_TRANSPOSE_S8_H */
