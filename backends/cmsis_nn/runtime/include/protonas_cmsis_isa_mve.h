/* Stops the build of a model whose scratch sizes and tables are for cores with MVE (Helium) instructions. */
#ifndef PROTONAS_CMSIS_ISA_MVE_H
#define PROTONAS_CMSIS_ISA_MVE_H

#include "protonas_cmsis_nn.h"

#ifndef ARM_MATH_MVEI
#error "generated for cores with MVE instructions, compiled for others (a host has none): generate for this core"
#endif

#endif /* PROTONAS_CMSIS_ISA_MVE_H */
