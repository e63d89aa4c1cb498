#include "protonas_sub_s8.h"

/* The same source under another name, the right operand taken away. */
#define PROTONAS_SUBTRACTION
#define protonas_add_broadcast_s8 protonas_sub_s8
#include "protonas_add_broadcast_s8.c"
