/* What the adapters to Arm's CMSIS-NN share: its header, found and recent enough, and its status as ours. */
#ifndef PROTONAS_CMSIS_NN_H
#define PROTONAS_CMSIS_NN_H

/* Versions without the second header include some of CMSIS-Core, which may be nowhere. */
#ifdef __has_include
#if !__has_include("arm_nnfunctions.h")
#error "arm_nnfunctions.h is not found: CMSIS_NN_INC has to name the Include folder of CMSIS-NN"
#elif !__has_include("Internal/arm_nn_compiler.h")
#error "this CMSIS-NN is too old: it takes one of June 2026 or later (commit 91f84c80)"
#endif
#endif

#include "arm_nnfunctions.h"

#include "protonas_version.h"

/* The library has no version macro. This one came in June 2026, after fixes of buffer sizes and requantization. */
#ifndef ARM_NN_FLOAT_API_ENABLED
#error "this CMSIS-NN is too old: it takes one of June 2026 or later (commit 91f84c80)"
#endif

/* A layer's shape decides which kernel a wrapper takes, so it is called by name, and the code of the others stays out. A
 * firmware that has other users of the wrappers may define PROTONAS_CMSIS_WRAPPERS: then they are called here, too.
 */
#ifdef PROTONAS_CMSIS_WRAPPERS
#define PROTONAS_CMSIS_KERNEL(kernel, wrapper) wrapper
#else
#define PROTONAS_CMSIS_KERNEL(kernel, wrapper) kernel
#endif

#ifdef __cplusplus
extern "C" {
#endif

static inline protonas_status protonas_cmsis_status(arm_cmsis_nn_status status)
{
    return (status == ARM_CMSIS_NN_SUCCESS) ? PROTONAS_SUCCESS : PROTONAS_ERROR_LIBRARY;
}

/* The library reads tables through pointers to what is not const. */
static inline int32_t *protonas_cmsis_table(const int32_t *table)
{
    const union {
        const int32_t *constant;
        int32_t *plain;
    } pointer = {table};

    return pointer.plain;
}

static inline cmsis_nn_per_channel_quant_params protonas_cmsis_rescaling(const int32_t *multiplier, const int32_t *shift)
{
    return (cmsis_nn_per_channel_quant_params){protonas_cmsis_table(multiplier), protonas_cmsis_table(shift)};
}

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_NN_H */
