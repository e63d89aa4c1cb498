/* A layer of long short-term memory on int16 where it matters that arm_lstm_unidirectional_s16 adds up without clamping: as
 * protonas_cmsis_lstm_clamped_s8.
 */
#ifndef PROTONAS_CMSIS_LSTM_CLAMPED_S16_H
#define PROTONAS_CMSIS_LSTM_CLAMPED_S16_H

#include "protonas_cmsis_lstm_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    cmsis_nn_lstm_params lstm; /* as of protonas_cmsis_lstm_s16, but that cell_clip is not read */
    int32_t cell_min;          /* inclusive bounds of the cell, within int16 */
    int32_t cell_max;
} protonas_cmsis_lstm_clamped_s16_params;

/* in: [time_steps][input_size]; out: [time_steps][hidden_size], the hidden state after each step; hidden: [hidden_size];
 * cell: [hidden_size]; scratch: [3][hidden_size] of int16. hidden and cell hold the state before the first step and,
 * afterwards, after the last. None may overlap.
 */
protonas_status protonas_cmsis_lstm_clamped_s16(const protonas_cmsis_lstm_clamped_s16_params *p, const int16_t *in,
                                                int16_t *out, int16_t *hidden, int16_t *cell, void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_CMSIS_LSTM_CLAMPED_S16_H */
