#include "protonas_minimum_s16.h"

/* The same source under another name, the lesser number staying, with wider elements. */
#define PROTONAS_INT16_ELEMENTS
#define PROTONAS_MINIMUM
#define protonas_maximum_s8 protonas_minimum_s16
#include "protonas_maximum_s8.c"
