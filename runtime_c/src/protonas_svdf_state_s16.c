#include "protonas_svdf_state_s16.h"

#include "protonas_svdf_state_s8.h"

/* The same source under another name, its memory of wider elements. */
#define PROTONAS_INT16_ELEMENTS
#define PROTONAS_PARAMS protonas_svdf_state_s16_params
#define protonas_svdf_state_s8 protonas_svdf_state_s16
#include "protonas_svdf_state_s8.c"
