/* A layer of long short-term memory on int16, its weights int8, by arm_lstm_unidirectional_s16.
 * The library has to be of 17 June 2026 or later (commit 4ab83cc3): its context lacks the hidden state before.
 */
#ifndef PROTONAS_CMSIS_LSTM_S16_H
#define PROTONAS_CMSIS_LSTM_S16_H

#include "protonas_cmsis_lstm_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    cmsis_nn_lstm_params lstm; /* time_major = 1; batch_size = 1; of each gate all but bias; effective ones are int64 */
} protonas_cmsis_lstm_s16_params;

/* in: [time_steps][input_size]; out: [time_steps][hidden_size], the hidden state after each step; hidden: [hidden_size];
 * cell: [hidden_size]; scratch: [2][hidden_size] of int16. hidden and cell hold the state before the first step and,
 * afterwards, after the last. None may overlap.
 */
protonas_status protonas_cmsis_lstm_s16(const protonas_cmsis_lstm_s16_params *p, const int16_t *in, int16_t *out,
                                        int16_t *hidden, int16_t *cell, void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_LSTM_S16_H */
