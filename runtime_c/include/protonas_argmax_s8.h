/* Where along an axis the greatest or the least int8 number lies. */
#ifndef PROTONAS_ARGMAX_S8_H
#define PROTONAS_ARGMAX_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t rows;    /* all that is outside the axis */
    int32_t size;    /* of the axis */
    int32_t columns; /* all that is inside the axis */
    int32_t flip;    /* 0 for the greatest, -1 for the least */
} protonas_argmax_s8_params;

/* in: [rows][size][columns]; out: [rows][columns], the first index of equals. They must not overlap. */
void protonas_argmax_s8(const protonas_argmax_s8_params *p, const int8_t *in, int32_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_ARGMAX_S8_H */
