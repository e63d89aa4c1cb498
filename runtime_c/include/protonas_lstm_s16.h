/* A layer of long short-term memory on int16, its weights int8; without peepholes, projection and layer norm. */
#ifndef PROTONAS_LSTM_S16_H
#define PROTONAS_LSTM_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The four gates stand in the order input, forget, cell, output. */
typedef struct {
    const int8_t *input_weights;     /* [units][4 gates][input_size] */
    const int8_t *recurrent_weights; /* [units][4 gates][units] */
    const int64_t *bias;             /* [units][4 gates], added to the sums of the input weights */
    const int16_t *multiplier;       /* [8]: sums of each gate's input weights, then of its recurrent ones, to int16;
                                      * 16 bits of it */
    const int8_t *shift;             /* [8] */
    const int16_t *sigmoid_table;    /* [256], see protonas_table_curves.h */
    int32_t steps;
    int32_t input_size;
    int32_t units;
    int32_t hidden_zero_point; /* 0, as the input's is */
    int32_t forget_multiplier; /* forget gate times cell to cell */
    int32_t forget_shift;
    int32_t update_multiplier; /* input gate times cell gate to cell */
    int32_t update_shift;
    int32_t hidden_multiplier; /* output gate times tanh(cell) to hidden state */
    int32_t hidden_shift;
    int32_t tanh_factor; /* cell to the argument of its tanh: times the factor, shifted right */
    int32_t tanh_shift;
    int32_t cell_min; /* inclusive bounds of the cell, within int16 */
    int32_t cell_max;
} protonas_lstm_s16_params;

/* in: [steps][input_size]; out: [steps][units], the hidden state after each step; hidden: [units]; cell: [units]. The
 * last two hold the state before the first step and, afterwards, after the last. None may overlap.
 */
void protonas_lstm_s16(const protonas_lstm_s16_params *p, const int16_t *in, int16_t *out, int16_t *hidden,
                       int16_t *cell);

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_LSTM_S16_H */
