#include "protonas_cmsis_average_pool2d_direct_s8.h"

#include <stddef.h>

protonas_status protonas_cmsis_average_pool2d_direct_s8(const protonas_cmsis_average_pool2d_direct_s8_params *p,
                                                        const int8_t *in, int8_t *out)
{
    return protonas_cmsis_average_pool2d_s8(p, in, out, NULL);
}
