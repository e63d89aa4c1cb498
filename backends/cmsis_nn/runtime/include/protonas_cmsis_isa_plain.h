/* Stops the build of a model whose scratch sizes and tables are for cores without DSP and MVE instructions. */
#ifndef PROTONAS_CMSIS_ISA_PLAIN_H
#define PROTONAS_CMSIS_ISA_PLAIN_H

#include "protonas_cmsis_nn.h"

#if defined(ARM_MATH_DSP) || defined(ARM_MATH_MVEI)
#error "generated for cores without DSP and MVE instructions, compiled for others: generate for this core"
#endif

#endif /* PROTONAS_CMSIS_ISA_PLAIN_H */
