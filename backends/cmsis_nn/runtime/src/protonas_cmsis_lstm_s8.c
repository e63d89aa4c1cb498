#include "protonas_cmsis_lstm_s8.h"

protonas_status protonas_cmsis_lstm_s8(const protonas_cmsis_lstm_s8_params *p, const int8_t *in, int8_t *out, int8_t *hidden,
                                       int16_t *cell, void *scratch)
{
    cmsis_nn_lstm_context context = {
        .temp1 = scratch,
        .temp2 = (int16_t *)scratch + p->lstm.hidden_size,
        .cell_state = cell,
        .hidden_state = hidden,
    };

    return protonas_cmsis_status(arm_lstm_unidirectional_s8(in, out, &p->lstm, &context));
}
