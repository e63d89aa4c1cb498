/* Puts a border of one value around up to three axes of a tensor. */
#ifndef PROTONAS_PAD_H
#define PROTONAS_PAD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t value;           /* of the border: its element_bytes low bytes */
    int32_t element_bytes;   /* 1, 2 or 4; 1 also where all bytes of a wider value are equal */
    int32_t planes;          /* groups of rows, as the lines of a map whose pixels are rows */
    int32_t rows;            /* of each plane */
    int32_t row_bytes;       /* bytes of in that are contiguous in out */
    int32_t lead_bytes;      /* border before the first row */
    int32_t row_gap_bytes;   /* border between two rows of a plane */
    int32_t plane_gap_bytes; /* border between two planes */
    int32_t tail_bytes;      /* border after the last row */
} protonas_pad_params;

/* in: [planes][rows][row_bytes]; out: the same with its border. They must not overlap. */
void protonas_pad(const protonas_pad_params *p, const void *in, void *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_PAD_H */
