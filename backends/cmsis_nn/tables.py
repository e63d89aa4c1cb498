"""Measured figures of the adapters and of what they call of the library, from the JSON files in costs/.

As backends.portable.tables, made by benchmarks/cmsis_nn.py with the library's head of July 2026 at -O2. Cores
that are not emulated take the figures of one whose instruction set is theirs.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from backends.cmsis_nn.kernel_files import adapter_text
from backends.portable.tables import KernelCosts, kernel_costs
from compiler.errors import InternalError

COSTS = Path(__file__).parent / "costs"
_SAME_AS = {"cortex-m0plus": "cortex-m0", "cortex-m23": "cortex-m0", "cortex-m85": "cortex-m55"}

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRUCT = re.compile(r"typedef struct \{(.*?)\}", re.DOTALL)
_ALIAS = re.compile(r"typedef (protonas_\w+)_params protonas_\w+_params;")
_FIELD = re.compile(r"^\s*(?:const )?(\w+) ([^;]*);", re.MULTILINE)
_WORDS = {
    "cmsis_nn_conv_params": 10, "cmsis_nn_dw_conv_params": 11, "cmsis_nn_fc_params": 5,
    "cmsis_nn_pool_params": 6, "cmsis_nn_transpose_conv_params": 12,
    "cmsis_nn_per_tensor_quant_params": 2, "cmsis_nn_svdf_params": 7, "cmsis_nn_lstm_params": 55,
    "cmsis_nn_bmm_params": 6, "protonas_cmsis_add_s8_params": 13, "protonas_cmsis_mul_s8_params": 8,
}  # fmt: skip
"""Words of structs in structs; every other field is one, and every pointer."""


def figures(kernel: str, section: str, core: str) -> Any:
    """What was measured of a kernel on a core. InternalError where nothing was."""
    measured = _kernels().get(kernel, {}).get(section, {})
    of = _SAME_AS.get(core, core)
    if of not in measured:
        raise InternalError(f"no {section} of {kernel} was measured on {core}")
    return measured[of]


@cache
def struct_bytes(kernel: str) -> int:
    """Size of an adapter's parameter struct on a 32-bit core."""
    header = _COMMENT.sub("", adapter_text(f"include/{kernel}.h"))
    if alias := _ALIAS.search(header):
        return struct_bytes(alias[1])
    body = _STRUCT.search(header)
    assert body is not None, kernel
    fields = _FIELD.findall(body[1])
    return 4 * sum(1 if name.startswith("*") else _WORDS.get(c_type, 1) for c_type, name in fields)


@cache
def _kernels() -> Mapping[str, KernelCosts]:
    return {path.stem: kernel_costs(path) for path in sorted(COSTS.glob("*.json"))}
