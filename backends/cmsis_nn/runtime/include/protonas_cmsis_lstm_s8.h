/* A layer of long short-term memory on int8, its cell int16, by arm_lstm_unidirectional_s8.
 * The library has to be of 17 June 2026 or later (commit 4ab83cc3): its context lacks the hidden state before.
 */
#ifndef PROTONAS_CMSIS_LSTM_S8_H
#define PROTONAS_CMSIS_LSTM_S8_H

#include "protonas_cmsis_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What parameter structs hold for the two curves. */
typedef char protonas_requires_curves_of_cmsis_nn[((ARM_SIGMOID == 0) && (ARM_TANH == 1)) ? 1 : -1];

typedef struct {
    cmsis_nn_lstm_params lstm; /* time_major = 1; batch_size = 1; of each gate all but bias, which is folded in */
} protonas_cmsis_lstm_s8_params;

/* in: [time_steps][input_size]; out: [time_steps][hidden_size], the hidden state after each step; hidden: [hidden_size];
 * cell: [hidden_size]; scratch: [2][hidden_size] of int16. hidden and cell hold the state before the first step and,
 * afterwards, after the last. None may overlap.
 */
protonas_status protonas_cmsis_lstm_s8(const protonas_cmsis_lstm_s8_params *p, const int8_t *in, int8_t *out, int8_t *hidden,
                                       int16_t *cell, void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_LSTM_S8_H */
