"""How often the loops of kernels with states run."""

from collections.abc import Callable, Mapping

Work = dict[str, int]

_LANES = 4
_GATES = 4


def svdf_work(fields: Mapping[str, int]) -> Work:
    """Turns of each loop of protonas_svdf_state_s8 and _s16, given their parameters."""
    fours, ones = divmod(fields["filters"], _LANES)
    return {
        "mac_by_four": fields["input_size"] * fours * _LANES,
        "mac_by_one": fields["input_size"] * ones,
        "sum_by_four": fours,
        "sum_by_one": ones,
        "tap": fields["filters"] * (fields["memory"] - 1),
        "filter": fields["filters"],
        "output": fields["filters"] // fields["rank"],
    }


def lstm_work(fields: Mapping[str, int]) -> Work:
    """Turns of each loop of protonas_lstm_s8, given its parameters."""
    updates = fields["steps"] * fields["units"]
    return {
        "mac": updates * _GATES * (fields["input_size"] + fields["units"]),
        "unit": updates,
        "step": fields["steps"],
        "hidden": fields["units"],
    }


RECURRENT_WORK: Mapping[str, Callable[[Mapping[str, int]], Work]] = {
    "protonas_lstm_s16": lstm_work,
    "protonas_lstm_s8": lstm_work,
    "protonas_svdf_state_s16": svdf_work,
    "protonas_svdf_state_s8": svdf_work,
}
"""By kernel, given its parameters."""
