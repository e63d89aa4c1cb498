#include "protonas_depthwise_conv2d_s8_offset_single.h"

/* The same source under another name and with another way to round. */
#define PROTONAS_SINGLE_ROUNDING
#define protonas_depthwise_conv2d_s8_offset protonas_depthwise_conv2d_s8_offset_single
#include "protonas_depthwise_conv2d_s8_offset.c"
