#include "protonas_cmsis_lstm_clamped_s8.h"

#include <stddef.h>
#include <string.h>

#include "arm_nnsupportfunctions.h"

#ifdef PROTONAS_CMSIS_INT16_ELEMENTS
#define ELEMENT int16_t
#define ADD_PRODUCTS arm_nn_vec_mat_mul_result_acc_s16
#define MULTIPLY_TO_HIDDEN arm_elementwise_mul_s16_batch_offset
#else
#define ELEMENT int8_t
#define ADD_PRODUCTS arm_nn_vec_mat_mul_result_acc_s8_s16
#define MULTIPLY_TO_HIDDEN arm_elementwise_mul_s16_s8
#endif

#ifndef PROTONAS_PARAMS
#define PROTONAS_PARAMS protonas_cmsis_lstm_clamped_s8_params /* variants of this source bring their own */
#endif

/* The input and the hidden state before a step, and room for one number a unit. */
typedef struct {
    const ELEMENT *x;
    const ELEMENT *before;
    int16_t *again;
} lstm_step;

/* sum = (sum + other) limited to [low, high]. */
static void add_clamped(int16_t *sum, const int16_t *other, int32_t count, int32_t low, int32_t high)
{
    for (int32_t i = 0; i < count; ++i) {
        const int32_t both = (int32_t)sum[i] + other[i];
        const int32_t raised = (both < low) ? low : both;
        sum[i] = (int16_t)((raised > high) ? high : raised);
    }
}

/* out = left * right, rescaled and limited to 16 bits. */
static protonas_status multiply(const int16_t *left, const int16_t *right, int16_t *out, int32_t multiplier, int32_t shift,
                                int32_t count)
{
    return protonas_cmsis_status(
        arm_elementwise_mul_s16(left, right, 0, 0, out, 0, multiplier, shift, INT16_MIN, INT16_MAX, count));
}

/* out = the gate's curve of what input and hidden state give it, each of which is limited to 16 bits, and so their sum. */
static protonas_status run_gate(const cmsis_nn_lstm_params *p, const cmsis_nn_lstm_gate *gate, const lstm_step *step,
                                int16_t *out)
{
    const int32_t units = p->hidden_size;
    const size_t bytes = (size_t)units * sizeof(int16_t);

    (void)memset(out, 0, bytes);
    (void)memset(step->again, 0, bytes);
    protonas_status status = protonas_cmsis_status(
        ADD_PRODUCTS(step->x, gate->input_weights, gate->input_effective_bias, out, gate->input_multiplier,
                     gate->input_shift, p->input_size, units, 1, 1));
    if (status == PROTONAS_SUCCESS) {
        status = protonas_cmsis_status(
            ADD_PRODUCTS(step->before, gate->hidden_weights, gate->hidden_effective_bias, step->again,
                         gate->hidden_multiplier, gate->hidden_shift, units, units, 1, 1));
    }
    if (status == PROTONAS_SUCCESS) {
        add_clamped(out, step->again, units, INT16_MIN, INT16_MAX);
        status = protonas_cmsis_status(arm_nn_activation_s16(out, out, units, 0, gate->activation_type));
    }
    return status;
}

/* Both gates that change the cell; gate and candidate are room for one number a unit. */
static protonas_status update_cell(const PROTONAS_PARAMS *p, const lstm_step *step, int16_t *gate,
                                   int16_t *candidate, int16_t *cell)
{
    const cmsis_nn_lstm_params *const lstm = &p->lstm;
    const int32_t units = lstm->hidden_size;

    protonas_status status = run_gate(lstm, &lstm->forget_gate, step, gate);
    if (status == PROTONAS_SUCCESS) {
        status = multiply(gate, cell, cell, lstm->forget_to_cell_multiplier, lstm->forget_to_cell_shift, units);
    }
    if (status == PROTONAS_SUCCESS) {
        status = run_gate(lstm, &lstm->input_gate, step, gate);
    }
    if (status == PROTONAS_SUCCESS) {
        status = run_gate(lstm, &lstm->cell_gate, step, candidate);
    }
    if (status == PROTONAS_SUCCESS) {
        status = multiply(gate, candidate, gate, lstm->input_to_cell_multiplier, lstm->input_to_cell_shift, units);
        add_clamped(cell, gate, units, p->cell_min, p->cell_max);
    }
    return status;
}

static protonas_status run_step(const PROTONAS_PARAMS *p, const lstm_step *step, int16_t *room,
                                int16_t *cell, ELEMENT *out)
{
    const cmsis_nn_lstm_params *const lstm = &p->lstm;
    const int32_t units = lstm->hidden_size;
    int16_t *const gate = room;
    int16_t *const shown = room + units;

    protonas_status status = update_cell(p, step, gate, shown, cell);
    if (status == PROTONAS_SUCCESS) {
        status = run_gate(lstm, &lstm->output_gate, step, gate);
    }
    if (status == PROTONAS_SUCCESS) {
        status =
            protonas_cmsis_status(arm_nn_activation_s16(cell, shown, units, lstm->cell_scale_power + 12, ARM_TANH));
    }
    if (status == PROTONAS_SUCCESS) {
        status = protonas_cmsis_status(MULTIPLY_TO_HIDDEN(gate, shown, out, lstm->output_offset, lstm->output_multiplier,
                                                          lstm->output_shift, units, 1, 1));
    }
    return status;
}

protonas_status protonas_cmsis_lstm_clamped_s8(const PROTONAS_PARAMS *p, const ELEMENT *in, ELEMENT *out, ELEMENT *hidden,
                                               int16_t *cell, void *scratch)
{
    const int32_t units = p->lstm.hidden_size;
    int16_t *const room = scratch;
    lstm_step step = {.x = in, .before = hidden, .again = room + (2 * units)};
    protonas_status status = PROTONAS_SUCCESS;

    for (int32_t i = 0; (i < p->lstm.time_steps) && (status == PROTONAS_SUCCESS); ++i) {
        status = run_step(p, &step, room, cell, out);
        step.x += p->lstm.input_size;
        step.before = out;
        out += units;
    }
    (void)memcpy(hidden, step.before, (size_t)units * sizeof(ELEMENT));
    return status;
}
