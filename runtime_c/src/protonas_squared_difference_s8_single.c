#include "protonas_squared_difference_s8_single.h"

/* The same source under another name and with another way to round. */
#define PROTONAS_SINGLE_ROUNDING
#define protonas_squared_difference_s8 protonas_squared_difference_s8_single
#include "protonas_squared_difference_s8.c"
