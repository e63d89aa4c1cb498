/* Stops the build of a model whose scratch sizes and tables are for cores with DSP instructions. A host, as plain C, needs no more. */
#ifndef PROTONAS_CMSIS_ISA_DSP_H
#define PROTONAS_CMSIS_ISA_DSP_H

#include "protonas_cmsis_nn.h"

#if defined(ARM_MATH_MVEI) || (defined(__arm__) && !defined(ARM_MATH_DSP))
#error "generated for cores with DSP and without MVE instructions, compiled for others: generate for this core"
#endif

#endif /* PROTONAS_CMSIS_ISA_DSP_H */
