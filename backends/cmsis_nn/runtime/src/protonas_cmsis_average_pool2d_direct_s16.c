#include "protonas_cmsis_average_pool2d_direct_s16.h"

#include <stddef.h>

protonas_status protonas_cmsis_average_pool2d_direct_s16(const protonas_cmsis_average_pool2d_direct_s16_params *p,
                                                         const int16_t *in, int16_t *out)
{
    return protonas_cmsis_average_pool2d_s16(p, in, out, NULL);
}
