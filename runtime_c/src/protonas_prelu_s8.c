#include "protonas_prelu_s8.h"

#include "protonas_broadcast.h"
#include "protonas_element.h"
#include "protonas_requantize.h"

static void prelu_row(const protonas_prelu_s8_params *p, const PROTONAS_ELEMENT *in, const int8_t *alpha,
                      PROTONAS_ELEMENT *out)
{
    for (int32_t i = 0; i < p->row_size; ++i) {
        const int32_t steps = in[i] - p->input_zero_point;
        int32_t value;
        if (steps >= 0) {
            value = protonas_requantize(steps, p->identity_multiplier, p->identity_shift);
        } else {
            value = protonas_requantize(steps * (*alpha - p->alpha_zero_point), p->alpha_multiplier, p->alpha_shift);
        }
        out[i] = PROTONAS_TO_ELEMENT(value, p->output_zero_point, PROTONAS_ELEMENT_MIN, PROTONAS_ELEMENT_MAX);
        alpha += p->alpha_row_step;
    }
}

void protonas_prelu_s8(const protonas_prelu_s8_params *p, const PROTONAS_ELEMENT *in, PROTONAS_ELEMENT *out)
{
    protonas_broadcast walk = {
        {p->outer_size, p->middle_size, p->inner_size},
        {p->middle_size * p->inner_size * p->row_size, p->inner_size * p->row_size, p->row_size},
        {p->alpha_outer_step, p->alpha_middle_step, p->alpha_inner_step},
        {0, 0, 0},
        0,
        0,
    };
    do {
        prelu_row(p, in + walk.left, p->alpha + walk.right, out + walk.left);
    } while (protonas_next_row(&walk) != 0);
}
