/* From a float to the nearest integer, without a mathematical library. Halves go away from zero, as TFLite has them,
 * or, where PROTONAS_SINGLE_ROUNDING is defined, to the even integer, as ONNX has them.
 */
#ifndef PROTONAS_ROUND_H
#define PROTONAS_ROUND_H

#include <stdint.h>

/* Beyond every zero point and every 16-bit number. */
#define PROTONAS_ROUND_LIMIT 131072

/* value rounded to nearest and limited to +-PROTONAS_ROUND_LIMIT; 0 where it is not a number. */
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
#ifdef PROTONAS_SINGLE_ROUNDING
    const float half = whole % 2 == 0 ? 0.50000006f : 0.5f; /* the next float after one half: an even one stays */
#else
    const float half = 0.5f;
#endif
    if (rest >= half) {
        return whole + 1;
    }
    return rest <= -half ? whole - 1 : whole;
}

#endif /* PROTONAS_ROUND_H */
