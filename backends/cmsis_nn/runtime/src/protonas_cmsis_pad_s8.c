#include "protonas_cmsis_pad_s8.h"

protonas_status protonas_cmsis_pad_s8(const protonas_cmsis_pad_s8_params *p, const void *in, void *out)
{
    return protonas_cmsis_status(arm_pad_s8((const int8_t *)in, (int8_t *)out, (int8_t)p->value, p->input, p->before, p->after));
}
