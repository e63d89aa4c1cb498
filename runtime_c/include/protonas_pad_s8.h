/* Puts a border of one value around an int8 map, around its height, width and channels. */
#ifndef PROTONAS_PAD_S8_H
#define PROTONAS_PAD_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t value;           /* of the border */
    int32_t planes;          /* groups of rows, as the lines of a map whose pixels are rows */
    int32_t rows;            /* of each plane */
    int32_t row_bytes;       /* bytes of in that are contiguous in out */
    int32_t lead_bytes;      /* border before the first row */
    int32_t row_gap_bytes;   /* border between two rows of a plane */
    int32_t plane_gap_bytes; /* border between two planes */
    int32_t tail_bytes;      /* border after the last row */
} protonas_pad_s8_params;

/* in: [planes][rows][row_bytes]; out: the same with its border. They must not overlap. */
void protonas_pad_s8(const protonas_pad_s8_params *p, const int8_t *in, int8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_PAD_S8_H */
