#include "protonas_prelu_s16.h"

/* The same source under another name, with wider elements. */
#define PROTONAS_INT16_ELEMENTS
#define protonas_prelu_s8 protonas_prelu_s16
#include "protonas_prelu_s8.c"
