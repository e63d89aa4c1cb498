#include "protonas_conv2d_s16_int32.h"

#include "protonas_conv2d_s16.h"

/* The same source under another name, with sums of 32 bits. */
#define PROTONAS_INT32_SUMS
#define protonas_conv2d_s16 protonas_conv2d_s16_int32
#define PROTONAS_PARAMS protonas_conv2d_s16_int32_params
#include "protonas_conv2d_s16.c"
