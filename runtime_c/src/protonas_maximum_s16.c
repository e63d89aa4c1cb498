#include "protonas_maximum_s16.h"

/* The same source under another name, with wider elements. */
#define PROTONAS_INT16_ELEMENTS
#define protonas_maximum_s8 protonas_maximum_s16
#include "protonas_maximum_s8.c"
