/* Picks blocks along an axis by a table of indices: gathering, tiling, mirroring, resizing by nearest neighbours. */
#ifndef PROTONAS_TAKE_H
#define PROTONAS_TAKE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int16_t *indices; /* [count]: which block of the input's row each block of the output's is */
    int32_t count;
    int32_t rows;        /* all that is outside the axis */
    int32_t row_bytes;   /* of the input: its axis times block_bytes */
    int32_t block_bytes; /* all that is inside the axis */
} protonas_take_params;

/* in: [rows][row_bytes]; out: [rows][count][block_bytes]. They must not overlap. */
void protonas_take(const protonas_take_params *p, const void *in, void *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_TAKE_H */
