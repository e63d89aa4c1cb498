#include "protonas_max_pool2d_s16.h"

/* The same source under another name, with wider elements. */
#define PROTONAS_INT16_ELEMENTS
#define protonas_max_pool2d_s8 protonas_max_pool2d_s16
#include "protonas_max_pool2d_s8.c"
