#include "protonas_cmsis_average_pool2d_s8.h"

protonas_status protonas_cmsis_average_pool2d_s8(const protonas_cmsis_average_pool2d_s8_params *p, const int8_t *in, int8_t *out,
                                                 void *scratch)
{
    const cmsis_nn_context context = {scratch, p->scratch_bytes};

#ifdef PROTONAS_DEBUG
    if (arm_avgpool_s8_get_buffer_size(p->output->w, p->input->c) > p->scratch_bytes) {
        return PROTONAS_ERROR_SCRATCH;
    }
#endif
    return protonas_cmsis_status(arm_avgpool_s8(&context, &p->pool, p->input, in, p->filter, p->output, out));
}
