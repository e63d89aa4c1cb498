#include "protonas_curve_s16.h"

#include "protonas_table_curves.h"

void protonas_curve_s16(const protonas_curve_s16_params *p, const int16_t *in, int16_t *out)
{
    const int16_t *const table = p->table;
    const int32_t size = p->size;
    for (int32_t i = 0; i < size; ++i) {
        const int32_t argument = protonas_curve_argument(in[i], p->factor, p->shift);
        if (p->is_tanh != 0) {
            out[i] = (int16_t)protonas_tanh_s16(table, argument);
        } else {
            out[i] = (int16_t)protonas_sigmoid_s16(table, argument);
        }
    }
}
