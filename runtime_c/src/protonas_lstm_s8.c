#include "protonas_lstm_s8.h"

#include <stddef.h>
#include <string.h>

#include "protonas_clamp.h"
#include "protonas_dot_s8.h"
#include "protonas_requantize.h"
#include "protonas_table_curves.h"

#define GATES PROTONAS_DOT_ROWS
#define INPUT_GATE 0
#define FORGET_GATE 1
#define CELL_GATE 2
#define OUTPUT_GATE 3

static inline int32_t to_int16(int32_t value)
{
    return protonas_clamp(value, INT16_MIN, INT16_MAX);
}

/* A step of one unit: x and before are the input and the hidden state before the step. */
typedef struct {
    const int8_t *x;
    const int8_t *before;
    const int8_t *input_weights;
    const int8_t *recurrent_weights;
    const int32_t *bias;
} unit_step;

/* The arguments of the four gates' curves. */
static void gate_arguments(const protonas_lstm_s8_params *p, const unit_step *step, int32_t *arguments)
{
    int32_t given[GATES];
    int32_t again[GATES];
    protonas_clear_four_sums(given);
    protonas_clear_four_sums(again);
    protonas_dot_four_rows_s8(step->x, step->input_weights, p->input_size, p->input_size, p->input_zero_point, given);
    protonas_dot_four_rows_s8(step->before, step->recurrent_weights, p->units, p->units, p->hidden_zero_point, again);
    for (int32_t gate = 0; gate < GATES; ++gate) {
        const int32_t sum = given[gate] + step->bias[gate];
        const int32_t from_input = to_int16(protonas_requantize(sum, p->multiplier[gate], p->shift[gate]));
        const int32_t from_before =
            to_int16(protonas_requantize(again[gate], p->multiplier[gate + GATES], p->shift[gate + GATES]));
        arguments[gate] = protonas_curve_argument(to_int16(from_input + from_before), 3, 0);
    }
}

/* Updates the unit's cell and gives its new hidden state. */
static int8_t update(const protonas_lstm_s8_params *p, const int32_t *arguments, int16_t *cell)
{
    const int16_t *const table = p->sigmoid_table;
    const int32_t admit = protonas_sigmoid_s16(table, arguments[INPUT_GATE]);
    const int32_t forget = protonas_sigmoid_s16(table, arguments[FORGET_GATE]);
    const int32_t candidate = protonas_tanh_s16(table, arguments[CELL_GATE]);
    const int32_t release = protonas_sigmoid_s16(table, arguments[OUTPUT_GATE]);
    const int32_t kept = to_int16(protonas_requantize(forget * *cell, p->forget_multiplier, p->forget_shift));
    const int32_t added = to_int16(protonas_requantize(admit * candidate, p->update_multiplier, p->update_shift));
    const int32_t sum = protonas_clamp(kept + added, p->cell_min, p->cell_max);
    const int32_t shown = protonas_tanh_s16(table, protonas_curve_argument(sum, p->tanh_factor, p->tanh_shift));
    const int32_t hidden = protonas_requantize(shown * release, p->hidden_multiplier, p->hidden_shift);
    *cell = (int16_t)sum;
    return protonas_to_int8(hidden, p->hidden_zero_point, INT8_MIN, INT8_MAX);
}

void protonas_lstm_s8(const protonas_lstm_s8_params *p, const int8_t *in, int8_t *out, int8_t *hidden, int16_t *cell)
{
    const int32_t units = p->units;
    const int8_t *before = hidden;
    for (int32_t step = 0; step < p->steps; ++step) {
        unit_step here = {in, before, p->input_weights, p->recurrent_weights, p->bias};
        for (int32_t unit = 0; unit < units; ++unit) {
            int32_t arguments[GATES];
            gate_arguments(p, &here, arguments);
            out[unit] = update(p, arguments, cell + unit);
            here.input_weights += GATES * p->input_size;
            here.recurrent_weights += GATES * units;
            here.bias += GATES;
        }
        before = out;
        in += p->input_size;
        out += units;
    }
    (void)memcpy(hidden, before, (size_t)units);
}
