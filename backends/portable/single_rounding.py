"""Calls of portable kernels as networks from ONNX want them: with the variants that round once.

A variant has its kernel's parameters, loops and permitted overlap; about 1% of its results differ, by 1.
"""

from collections.abc import Sequence
from dataclasses import replace

from backends.portable.kernel_files import (
    SINGLE_ROUNDING,
    has_single_rounding,
    is_portable,
    rounds,
)
from backends.portable.source import Lowered
from compiler.ir.program import KernelCall


def kernels_without_variant(lowered: Sequence[Lowered]) -> tuple[str, ...]:
    """Kernels that rescale, but have no variant that rounds once, in the order in which they are called."""
    kernels = (call.kernel for part in lowered for call in part.calls if _rescales(call))
    return tuple(dict.fromkeys(kernel for kernel in kernels if not has_single_rounding(kernel)))


def round_once(part: Lowered) -> Lowered:
    """The same calls, those that rescale with one rounding. Calls of others' kernels stay as they are."""
    return replace(part, calls=tuple(_once(call) for call in part.calls))


def _once(call: KernelCall) -> KernelCall:
    if not _rescales(call):
        return call
    kernel = f"{call.kernel}{SINGLE_ROUNDING}"
    sources = tuple(
        f"src/{kernel}.c" if source == f"src/{call.kernel}.c" else source for source in call.sources
    )
    return replace(call, kernel=kernel, sources=sources)


def _rescales(call: KernelCall) -> bool:
    return is_portable(call.kernel) and rounds(call.kernel)
