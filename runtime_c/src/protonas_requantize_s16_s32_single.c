#include "protonas_requantize_s16_s32_single.h"

/* The same source under another name and with another way to round. */
#define PROTONAS_SINGLE_ROUNDING
#define protonas_requantize_s16_s32 protonas_requantize_s16_s32_single
#include "protonas_requantize_s16_s32.c"
