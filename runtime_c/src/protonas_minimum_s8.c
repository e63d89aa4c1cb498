#include "protonas_minimum_s8.h"

/* The same source under another name, the lesser number staying. */
#define PROTONAS_MINIMUM
#define protonas_maximum_s8 protonas_minimum_s8
#include "protonas_maximum_s8.c"
