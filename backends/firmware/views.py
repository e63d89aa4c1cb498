"""What the templates see: one frozen view each, everything in it ordered, named and rounded by Python."""

from dataclasses import dataclass

import numpy as np

from backends.emulate.cores import EmulatedCore
from backends.firmware.input_encoding import EncodingView


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """`title`: the model's name as its author wrote it; `prefix` and `macro` start its public names."""

    title: str
    prefix: str
    macro: str
    board: str
    core: str
    kernels: str
    random_weights: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerView:
    """How real numbers become integers of a type: its ends in C, and beyond how many steps all saturates."""

    low: str
    high: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PortView:
    """An input or output of the network, in the caller's block `region`. `function` and `macro` start its
    public names; `scale` and `zero_point` say nothing unless it is `quantized`; `integer` is None where no
    helper quantizes to it; those that do round halves to even or away from zero. `layout` says what its axes
    are, empty of one with at most one."""

    function: str
    macro: str
    suffix: str
    dtype: str
    c_type: str
    shape: str
    dimensions: tuple[int, ...]
    elements: int
    bytes: int
    region: str
    offset: int
    quantized: bool
    scale: float
    zero_point: int
    integer: IntegerView | None
    half_to_even: bool
    layout: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FillView:
    """`bytes` of the state from `offset` on, each `value`."""

    offset: int
    bytes: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiView:
    """NAME.h: what a firmware sees of the model. `version` is the kernels' version, `version_header` the file
    that defines it; `classes` is 0 where the output is no list of scores. `fills`: what the state holds
    before the first run; `mark`: the part of it that tells an initialised state."""

    heading: Heading
    version: int
    version_header: str
    arena_bytes: int
    arena_align: int
    state_bytes: int
    fills: tuple[FillView, ...]
    mark: FillView | None
    flash_bytes: int
    macs: int
    macs_left: int
    parameters: int
    cycles: int
    latency_ms: str
    input_bytes: int
    input_align: int
    inputs: tuple[PortView, ...]
    outputs: tuple[PortView, ...]
    encoding: EncodingView | None
    labels: tuple[str, ...]
    classes: int

    @property
    def run_arguments(self) -> str:
        """The parameter list of NAME_run."""
        state = ", void *state" if self.state_bytes else ""
        return f"void *arena{state}{', const void *input' if self.input_bytes else ''}"

    def further(self, prefix: str = "") -> str:
        """What is handed to NAME_run besides the arena: variables named after their blocks."""
        state = f", {prefix}state" if self.state_bytes else ""
        return f"{state}{f', {prefix}input' if self.input_bytes else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferView:
    """One pointer of NAME_run and the comment on its line. `region`: "arena", "state", "input", or "" for a
    view."""

    declaration: str
    comment: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One designated initialiser."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SidesView:
    """A cmsis_nn_dims of Arm's library."""

    ident: str
    numbers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One kernel call: `comment` names layer, shapes, multiplies. `checked`: the run ends where it fails.
    `output`: the pointer to the `output_bytes` that it writes to, or to a part of."""

    comment: str
    layer: str
    kernel: str
    parameters: str
    fields: tuple[FieldView, ...]
    arguments: tuple[str, ...]
    output: str
    output_bytes: int
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """NAME.c."""

    api: ApiView
    headers: tuple[str, ...]
    sides: tuple[SidesView, ...]
    buffers: tuple[BufferView, ...]
    calls: tuple[CallView, ...]
    plan_note: str

    @property
    def checks_calls(self) -> bool:
        """Whether any kernel call may fail."""
        return any(call.checked for call in self.calls)

    @property
    def uses_arena(self) -> bool:
        """Whether any pointer goes into the arena."""
        return any(buffer.region == "arena" for buffer in self.buffers)

    @property
    def uses_state(self) -> bool:
        """Whether any pointer goes into the state."""
        return any(buffer.region == "state" for buffer in self.buffers)

    @property
    def uses_input(self) -> bool:
        """Whether any pointer goes into a block of inputs."""
        return any(buffer.region == "input" for buffer in self.buffers)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """One constant and its numbers."""

    ident: str
    c_type: str
    elements: int
    alignment: int
    comment: str
    numbers: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsView:
    """NAME_weights.c and .h."""

    heading: Heading
    tables: tuple[TableView, ...]
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorsView:
    """selftest/vectors.c and .h: `inputs` and `outputs` have a row of int8 for each vector."""

    heading: Heading
    count: int
    sequence: int
    input_bytes: int
    output_bytes: int
    inputs: np.ndarray
    outputs: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCheckView:
    """What one call writes: `address` as C text, and 0 `bytes` where nothing is compared."""

    name: str
    kernel: str
    address: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LayersView:
    """selftest/layers.c and .h: `checksums` has a row for each vector, with a C number for each call."""

    heading: Heading
    state_bytes: int
    calls: tuple[LayerCheckView, ...]
    compared: int
    checksums: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildView:
    """NAME.mk, the Makefile, selftest/*.ld, README.md. `cmsis_nn`: how Arm's CMSIS-NN is to be built, empty
    where the kernels do not need it."""

    api: ApiView
    kernels: tuple[str, ...]
    cores: tuple[EmulatedCore, ...]
    default_core: str
    cmsis_nn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreView:
    """selftest/CORE.ld."""

    core: EmulatedCore
    heading: Heading
