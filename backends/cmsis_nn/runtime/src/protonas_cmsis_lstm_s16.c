#include "protonas_cmsis_lstm_s16.h"

protonas_status protonas_cmsis_lstm_s16(const protonas_cmsis_lstm_s16_params *p, const int16_t *in, int16_t *out,
                                        int16_t *hidden, int16_t *cell, void *scratch)
{
    cmsis_nn_lstm_context context = {
        .temp1 = scratch,
        .temp2 = (int16_t *)scratch + p->lstm.hidden_size,
        .cell_state = cell,
        .hidden_state = hidden,
    };

    return protonas_cmsis_status(arm_lstm_unidirectional_s16(in, out, &p->lstm, &context));
}
