#include "protonas_softmax_s8_s16.h"

/* The same source under another name, with a wider output. */
#define PROTONAS_SOFTMAX_TO_INT16
#define protonas_softmax_s8 protonas_softmax_s8_s16
#include "protonas_softmax_s8.c"
