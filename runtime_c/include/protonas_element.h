/* The elements of kernels whose one source serves int8 and int16: a source that defines PROTONAS_INT16_ELEMENTS and
 * includes another kernel's is that kernel for int16.
 */
#ifndef PROTONAS_ELEMENT_H
#define PROTONAS_ELEMENT_H

#include <stdint.h>

#include "protonas_clamp.h"

#ifdef PROTONAS_INT16_ELEMENTS
#define PROTONAS_ELEMENT int16_t
#define PROTONAS_ELEMENT_MIN INT16_MIN
#define PROTONAS_ELEMENT_MAX INT16_MAX
#define PROTONAS_TO_ELEMENT protonas_to_int16
#else
#define PROTONAS_ELEMENT int8_t
#define PROTONAS_ELEMENT_MIN INT8_MIN
#define PROTONAS_ELEMENT_MAX INT8_MAX
#define PROTONAS_TO_ELEMENT protonas_to_int8
#endif

#endif /* PROTONAS_ELEMENT_H */
