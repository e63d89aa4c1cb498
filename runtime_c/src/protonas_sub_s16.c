#include "protonas_sub_s16.h"

/* The same source under another name, the right operand taken away. */
#define PROTONAS_SUBTRACTION
#define protonas_add_s16 protonas_sub_s16
#include "protonas_add_s16.c"
