#include "protonas_depthwise_conv2d_s4_single.h"

/* The same source under another name and with another way to round. */
#define PROTONAS_SINGLE_ROUNDING
#define protonas_depthwise_conv2d_s4 protonas_depthwise_conv2d_s4_single
#include "protonas_depthwise_conv2d_s4.c"
