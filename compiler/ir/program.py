"""A network as a flat list of kernel calls on buffers: what memory planning, costing and printing work on."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from compiler.ir.tensor import Dtype

BufferKind = Literal["input", "output", "value", "scratch", "state", "outside"]
Region = Literal["arena", "state", "input"]
OWN_REGIONS: dict[BufferKind, Region] = {"state": "state", "outside": "input"}
"""Kinds that lie in a block of their own; all others share the arena."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer:
    """Bytes in RAM. A buffer is live from the call that first writes it (inputs: from before the first call)
    to the last that reads it (outputs: past the last call); scratch only during its call; state always.
    "outside" is an input in a block of its own: live always and never written, so any memory will do.
    `initial`: the byte that fills a state before the first run.
    """

    name: str
    bytes: int
    alignment: int
    kind: BufferKind
    initial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`name` is `of` under another name (a reshape): the same bytes at the same address, no copy, no call."""

    name: str
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """The call may write `write` over `read` if offset(write) + lead_bytes <= offset(read) and `read` dies
    in this call: the kernel walks upwards, its writes at least that far behind its reads. Elementwise: 0.
    """

    write: str
    read: str
    lead_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """Bytes in flash. `data` is None in a program without weights; its size counts all the same. int4 data is
    uint8 (bytes,): two numbers to a byte, the first in the low half."""

    name: str
    dtype: Dtype
    shape: tuple[int, ...]
    bytes: int
    alignment: int
    data: np.ndarray | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelCall:
    """One call of a C function. In C: kernel(&parameters, reads..., writes..., scratch...).

    `reads` may name constants too: operands that never change. A state that a call updates is in `writes`.
    `constants` pairs a field of the parameter struct with a constant; `parameters` pairs the other fields
    with integers; fields of structs within it have dots. `layer` is the Graph node it came from; `macs` its
    multiplies. `returns_status`: the function returns a protonas_status, and a run ends with what is no
    success. `fallback`: for reports, why the backend could not use its own kernel; empty where it did.
    """

    layer: str
    kernel: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    scratch: tuple[str, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    parameters: tuple[tuple[str, int], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    macs: int = 0
    returns_status: bool = False
    fallback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Calls in execution order. `inputs` and `outputs` name buffers (or views of them)."""

    name: str
    backend: str
    isa: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    calls: tuple[KernelCall, ...]
    buffers: tuple[Buffer, ...]
    views: tuple[View, ...] = ()
    constants: tuple[Constant, ...] = ()
