"""What a call of an adapter makes the library do, counted: instructions are fitted as linear in that.

Counts follow the loops of the library's kernels (head of July 2026) for each instruction set: DSP kernels
take two numbers of 16 bits at a time, MVE kernels sixteen of 8.
"""

from backends.cmsis_nn.loops import Work
from backends.cmsis_nn.moving_work import MOVING
from backends.cmsis_nn.recurrent_work import RECURRENT
from backends.cmsis_nn.unweighted_work import UNWEIGHTED
from backends.cmsis_nn.weighted_work import WEIGHTED
from backends.cmsis_nn.wide_work import WIDE
from compiler.ir.program import KernelCall
from compiler.target import Isa

_WORK = {**WEIGHTED, **UNWEIGHTED, **WIDE, **RECURRENT, **MOVING}

KERNELS = tuple(sorted(_WORK))
"""Every adapter."""


def work_of(call: KernelCall, isa: Isa) -> Work:
    """How often each loop of the kernel runs, by name; "call" is 1. KeyError for a portable kernel."""
    return {"call": 1, **_WORK[call.kernel](dict(call.parameters), isa)}
