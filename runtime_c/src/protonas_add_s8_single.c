#include "protonas_add_s8_single.h"

/* The same source under another name and with another way to round. */
#define PROTONAS_SINGLE_ROUNDING
#define protonas_add_s8 protonas_add_s8_single
#include "protonas_add_s8.c"
