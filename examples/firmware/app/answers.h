/* What the scores of the two networks mean, in words. */
#ifndef ANSWERS_H
#define ANSWERS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most likely digit as text, from the output of the digits network. */
const char *answer_digit(const int8_t *scores);

/* The name of the most likely gesture, from the output of the gestures network. */
const char *answer_gesture(const int8_t *scores);

#ifdef __cplusplus
}
#endif

#endif /* ANSWERS_H */
