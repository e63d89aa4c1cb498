#include "protonas_dense_s8_offset.h"

#include "protonas_dense_s8.h"

/* The same source under another name, for weights with a zero point. */
#define PROTONAS_WEIGHT_ZERO_POINT
#define protonas_dense_s8 protonas_dense_s8_offset
#define PROTONAS_PARAMS protonas_dense_s8_offset_params
#include "protonas_dense_s8.c"
