#include "protonas_cmsis_average_pool2d_s16.h"

protonas_status protonas_cmsis_average_pool2d_s16(const protonas_cmsis_average_pool2d_s16_params *p,
                                                  const int16_t *in, int16_t *out, void *scratch)
{
    const cmsis_nn_context context = {scratch, p->scratch_bytes};

#ifdef PROTONAS_DEBUG
    if (arm_avgpool_s16_get_buffer_size(p->output->w, p->input->c) > p->scratch_bytes) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    return protonas_cmsis_status(arm_avgpool_s16(&context, &p->pool, p->input, in, p->filter, p->output, out));
}
