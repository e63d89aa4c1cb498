#include "protonas_copy_strided.h"

#include "protonas_copy_block.h"

/* The innermost axis: single bytes have a loop of their own. */
static void copy_run(const protonas_copy_strided_params *p, const uint8_t *in, uint8_t *out)
{
    const int32_t blocks = p->run_blocks;
    const int32_t bytes = p->block_bytes;
    int32_t at = 0;
    if (bytes == 1) {
        for (int32_t block = 0; block < blocks; ++block) {
            out[block] = in[at];
            at += p->run_step;
        }
    } else {
        for (int32_t block = 0; block < blocks; ++block) {
            protonas_copy_block(out + block * bytes, in + at, bytes);
            at += p->run_step;
        }
    }
}

void protonas_copy_strided(const protonas_copy_strided_params *p, const void *in, void *out)
{
    const int32_t run_bytes = p->run_blocks * p->block_bytes;
    int32_t index[PROTONAS_COPY_STRIDED_AXES] = {0};
    int32_t at = p->input_offset;
    uint8_t *target = (uint8_t *)out;
    for (int32_t run = 0; run < p->runs; ++run) {
        copy_run(p, (const uint8_t *)in + at, target);
        target += run_bytes;
        for (int32_t axis = p->axes - 1; axis >= 0; --axis) {
            at += p->steps[axis];
            ++index[axis];
            if (index[axis] < p->sizes[axis]) {
                break;
            }
            at -= p->steps[axis] * p->sizes[axis];
            index[axis] = 0;
        }
    }
}
