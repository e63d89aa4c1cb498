#include "protonas_lstm_s8.h"

#include <stddef.h>
#include <string.h>

#include "protonas_element.h"
#include "protonas_requantize.h"
#include "protonas_table_curves.h"

#ifdef PROTONAS_INT16_ELEMENTS
#include "protonas_output_stage_s16.h"
#define GATES 4
#define BIAS int64_t
#else
#include "protonas_dot_s8.h"
#define GATES PROTONAS_DOT_ROWS
#define BIAS int32_t
#endif

#ifndef PROTONAS_PARAMS
#define PROTONAS_PARAMS protonas_lstm_s8_params /* variants of this source bring their own */
#endif

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
    const PROTONAS_ELEMENT *x;
    const PROTONAS_ELEMENT *before;
    const int8_t *input_weights;
    const int8_t *recurrent_weights;
    const BIAS *bias;
} unit_step;

#ifdef PROTONAS_INT16_ELEMENTS

/* The arguments of the four gates' curves. Apart, for its sums take much stack where registers are few. */
static PROTONAS_NOINLINE void gate_arguments(const PROTONAS_PARAMS *p, const unit_step *step, int32_t *arguments)
{
    const int8_t *input_weights = step->input_weights;
    const int8_t *recurrent_weights = step->recurrent_weights;
    for (int32_t gate = 0; gate < GATES; ++gate) {
        const int64_t given = protonas_dot_s16(step->x, input_weights, p->input_size, step->bias[gate]);
        const int64_t again = protonas_dot_s16(step->before, recurrent_weights, p->units, 0);
        const int32_t from_input = to_int16(protonas_requantize_wide(given, p->multiplier[gate], p->shift[gate]));
        const int32_t from_before =
            to_int16(protonas_requantize_wide(again, p->multiplier[gate + GATES], p->shift[gate + GATES]));
        arguments[gate] = protonas_curve_argument(to_int16(from_input + from_before), 3, 0);
        input_weights += p->input_size;
        recurrent_weights += p->units;
    }
}

#else

/* The arguments of the four gates' curves. */
static void gate_arguments(const PROTONAS_PARAMS *p, const unit_step *step, int32_t *arguments)
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

#endif /* PROTONAS_INT16_ELEMENTS */

/* Updates the unit's cell and gives its new hidden state. */
static PROTONAS_ELEMENT update(const PROTONAS_PARAMS *p, const int32_t *arguments, int16_t *cell)
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
    return PROTONAS_TO_ELEMENT(hidden, p->hidden_zero_point, PROTONAS_ELEMENT_MIN, PROTONAS_ELEMENT_MAX);
}

void protonas_lstm_s8(const PROTONAS_PARAMS *p, const PROTONAS_ELEMENT *in, PROTONAS_ELEMENT *out,
                      PROTONAS_ELEMENT *hidden, int16_t *cell)
{
    const int32_t units = p->units;
    const PROTONAS_ELEMENT *before = hidden;
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
    (void)memcpy(hidden, before, (size_t)units * sizeof(PROTONAS_ELEMENT));
}
