#include "protonas_conv2d_s4_single.h"

/* The same source under another name and with another way to round. */
#define PROTONAS_SINGLE_ROUNDING
#define protonas_conv2d_s4 protonas_conv2d_s4_single
#include "protonas_conv2d_s4.c"
