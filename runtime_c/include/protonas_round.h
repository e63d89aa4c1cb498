/* From a float to the nearest integer, without a mathematical library. */
#ifndef PROTONAS_ROUND_H
#define PROTONAS_ROUND_H

#include <stdint.h>

/* Beyond every zero point and every 16-bit number. */
#define PROTONAS_ROUND_LIMIT 131072

/* value rounded half away from zero and limited to +-PROTONAS_ROUND_LIMIT; 0 where it is not a number. */
static inline int32_t protonas_round(float value)
{
    if (value >= (float)PROTONAS_ROUND_LIMIT) {
        return PROTONAS_ROUND_LIMIT;
    }
    if (value <= (float)-PROTONAS_ROUND_LIMIT) {
        return -PROTONAS_ROUND_LIMIT;
    }
    if (!(value < (float)PROTONAS_ROUND_LIMIT)) {
        return 0;
    }
    const int32_t whole = (int32_t)value;
    const float rest = value - (float)whole;
    if (rest >= 0.5f) {
        return whole + 1;
    }
    return rest <= -0.5f ? whole - 1 : whole;
}

#endif /* PROTONAS_ROUND_H */
