#include "protonas_quantize_f32_s16_single.h"

/* The same source under another name and with another way to round. */
#define PROTONAS_SINGLE_ROUNDING
#define protonas_quantize_f32_s16 protonas_quantize_f32_s16_single
#include "protonas_quantize_f32_s16.c"
