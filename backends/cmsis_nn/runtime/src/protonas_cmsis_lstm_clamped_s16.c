#include "protonas_cmsis_lstm_clamped_s16.h"

#include "protonas_cmsis_lstm_clamped_s8.h"

/* The same source under another name, with wider elements. */
#define PROTONAS_CMSIS_INT16_ELEMENTS
#define PROTONAS_PARAMS protonas_cmsis_lstm_clamped_s16_params
#define protonas_cmsis_lstm_clamped_s8 protonas_cmsis_lstm_clamped_s16
#include "protonas_cmsis_lstm_clamped_s8.c"
