/* The end of every kernel: a value is limited to the output's bounds. */
#ifndef PROTONAS_CLAMP_H
#define PROTONAS_CLAMP_H

#include <stdint.h>

/* value limited to [low, high]. */
static inline int32_t protonas_clamp(int32_t value, int32_t low, int32_t high)
{
    const int32_t raised = value < low ? low : value;
    return raised > high ? high : raised;
}

/* value + zero_point limited to [low, high], which hold int8 values, as zero_point does. No value overflows. */
static inline int8_t protonas_to_int8(int32_t value, int32_t zero_point, int32_t low, int32_t high)
{
    return (int8_t)(protonas_clamp(value, low - zero_point, high - zero_point) + zero_point);
}

/* The same for int16. */
static inline int16_t protonas_to_int16(int32_t value, int32_t zero_point, int32_t low, int32_t high)
{
    return (int16_t)(protonas_clamp(value, low - zero_point, high - zero_point) + zero_point);
}

/* The same for int32, where the sum may not fit 32 bits. */
static inline int32_t protonas_to_int32(int32_t value, int32_t zero_point, int32_t low, int32_t high)
{
    const int64_t sum = (int64_t)value + zero_point;
    const int64_t raised = sum < low ? low : sum;
    return (int32_t)(raised > high ? high : raised);
}

#endif /* PROTONAS_CLAMP_H */
