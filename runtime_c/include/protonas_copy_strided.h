/* Gathers a tensor whose elements lie apart, as slices and transposed axes do, into one that is contiguous. */
#ifndef PROTONAS_COPY_STRIDED_H
#define PROTONAS_COPY_STRIDED_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most outer axes there can be. */
#define PROTONAS_COPY_STRIDED_AXES 5

typedef struct {
    const int32_t *sizes; /* [axes]: of the outer axes, outermost first; their product is runs */
    const int32_t *steps; /* [axes]: from one index of an outer axis to the next in the input, in bytes; any sign */
    int32_t axes;         /* 1 to PROTONAS_COPY_STRIDED_AXES */
    int32_t runs;         /* how often the innermost axis is walked */
    int32_t run_blocks;   /* length of the innermost axis */
    int32_t run_step;     /* from one of its blocks to the next in the input, in bytes; any sign */
    int32_t block_bytes;  /* contiguous in input and output */
    int32_t input_offset; /* of the first block, in bytes */
} protonas_copy_strided_params;

/* in: anything that the steps stay within; out: [sizes...][run_blocks][block_bytes]. They must not overlap. */
void protonas_copy_strided(const protonas_copy_strided_params *p, const void *in, void *out);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_COPY_STRIDED_H */
