#include "protonas_cmsis_concatenation_s8.h"

protonas_status protonas_cmsis_concatenation_s8(const protonas_cmsis_concatenation_s8_params *p, const void *in, void *out)
{
    arm_concatenation_s8_x((const int8_t *)in, (uint16_t)p->row_bytes, (uint16_t)p->rows, 1, 1,
                           (int8_t *)out, (uint16_t)p->output_stride, (uint32_t)p->output_offset);
    return PROTONAS_SUCCESS;
}
