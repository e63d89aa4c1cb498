#include "protonas_lstm_s16.h"

#include "protonas_lstm_s8.h"

/* The same source under another name, with wider elements and sums. */
#define PROTONAS_INT16_ELEMENTS
#define PROTONAS_PARAMS protonas_lstm_s16_params
#define protonas_lstm_s8 protonas_lstm_s16
#include "protonas_lstm_s8.c"
