"""Check a memory plan by running the program on an arena whose bytes know whose they are.

Shares no code and no notion of lifetimes with the planner: a plan is right when every call finds the bytes it
reads still belonging to what it reads.
"""

import numpy as np

from compiler.errors import InternalError
from compiler.ir.plan import MemoryPlan, Placement
from compiler.ir.program import KernelCall, Program

FREE = -1
OWN_BLOCKS = {"state": "state", "outside": "input"}


def check_plan(program: Program, plan: MemoryPlan) -> None:
    """Raises InternalError, naming the buffers and the call, where the plan would lose or share a byte.

    Also checks sizes, alignment, regions, that each block is exactly as long as its highest buffer, that the
    lower bound is not above the peak, and that the stated lifetimes cover every use.
    """
    _check_layout(program, plan)
    arena = _Arena(program, plan)
    arena.before_first_call()
    for index, call in enumerate(program.calls):
        arena.run(index, call)
    for name in program.outputs:
        arena.require(name, len(program.calls), "after the last call")


def _check_layout(program: Program, plan: MemoryPlan) -> None:
    """What can be said of a plan without running it."""
    buffers = {buffer.name: buffer for buffer in program.buffers}
    ends = {"arena": 0, "state": 0, "input": 0}
    if len({placement.buffer for placement in plan.placements}) != len(plan.placements):
        raise InternalError("memory plan: a buffer is placed twice")
    for placement in plan.placements:
        name = placement.buffer
        if name not in buffers:
            raise InternalError(f"memory plan: places {name}, which the program does not have")
        buffer = buffers[name]
        if placement.bytes != buffer.bytes:
            raise InternalError(
                f"memory plan: {name} has {placement.bytes:,} B, the program says {buffer.bytes:,} B"
            )
        if placement.offset < 0 or placement.offset % buffer.alignment:
            raise InternalError(
                f"memory plan: {name} is at offset {placement.offset:,}, not a multiple of {buffer.alignment}"
            )
        if placement.region != OWN_BLOCKS.get(buffer.kind, "arena"):
            raise InternalError(
                f"memory plan: {name} is {buffer.kind} but lies in the {placement.region} block"
            )
        ends[placement.region] = max(ends[placement.region], placement.offset + placement.bytes)
    stated_bytes = {"arena": plan.arena_bytes, "state": plan.state_bytes, "input": plan.input_bytes}
    for region, stated in stated_bytes.items():
        if ends[region] != stated:
            raise InternalError(
                f"memory plan: the {region} block ends at {ends[region]:,} B, the plan says {stated:,} B"
            )
    if plan.lower_bound_bytes > plan.arena_bytes:
        raise InternalError("memory plan: its peak is below its lower bound")


class _Arena:
    """Each block as an array of owners: the number of a buffer, or FREE.

    One entry stands for all bytes between two offsets where some buffer starts or ends: they have the same
    owner at any time, and a block of any size takes little room.
    """

    def __init__(self, program: Program, plan: MemoryPlan) -> None:
        self.program = program
        self.names = [buffer.name for buffer in program.buffers]
        self.number = {name: number for number, name in enumerate(self.names)}
        self.placements = {placement.buffer: placement for placement in plan.placements}
        self.constants = {constant.name for constant in program.constants} - set(self.names)
        self.renamed = {view.name: view.of for view in program.views}
        self.edges = {region: _edges(plan, region) for region in ("arena", "state", "input")}
        self.owners = {
            region: np.full(len(edges), FREE, dtype=np.int32) for region, edges in self.edges.items()
        }
        self.written: set[str] = set()

    def before_first_call(self) -> None:
        """Inputs arrive and state exists: they need bytes of their own, all at once."""
        states = [buffer.name for buffer in self.program.buffers if buffer.kind == "state"]
        for name in dict.fromkeys(self.buffer(name) for name in (*self.program.inputs, *states)):
            self.refuse_sharing(name, {FREE}, "before the first call")
            self.claim(name, -1)

    def run(self, index: int, call: KernelCall) -> None:
        """One call: what it reads must be whole; what it writes takes its bytes from whoever held them."""
        where = f"in call {index} ({call.kernel} of {call.layer})"
        operands = [name for name in call.reads if name not in self.constants]
        reads = list(dict.fromkeys(map(self.buffer, operands)))
        writes = list(dict.fromkeys(self.buffer(name) for name in call.writes))
        scratch = list(dict.fromkeys(self.buffer(name) for name in call.scratch))
        for name in (*reads, *(name for name in writes if name in self.written)):
            self.require(name, index, where)
        self.check_within_call(call, reads, writes, scratch, where)
        for name in (*writes, *scratch):
            self.claim(name, index)

    def check_within_call(
        self, call: KernelCall, reads: list[str], writes: list[str], scratch: list[str], where: str
    ) -> None:
        """Operands of one call share no byte, but for the written over the read as the kernel allows."""
        for write in writes:
            for read in reads:
                if write != read and self.meet(write, read) and not self.may_overlap(call, write, read):
                    raise InternalError(f"memory plan: {write} is written over {read}, still read, {where}")
        alone = [*writes, *(name for name in scratch if name not in writes)]
        pairs = [(one, other) for number, one in enumerate(alone) for other in alone[number + 1 :]]
        pairs += [(one, other) for one in scratch for other in reads if one != other]
        for one, other in pairs:
            if self.meet(one, other):
                raise InternalError(f"memory plan: {one} and {other} share bytes {where}")

    def may_overlap(self, call: KernelCall, write: str, read: str) -> bool:
        """Whether for each operand that is `read` the call states an overlap whose lead the plan keeps."""
        lead = self.placement(read).offset - self.placement(write).offset

        def leads(operand: str) -> list[int]:
            return [
                overlap.lead_bytes
                for overlap in call.overlaps
                if overlap.read == operand and self.buffer(overlap.write) == write
            ]

        operands = [name for name in call.reads if self.buffer(name) == read]
        return all(leads(operand) and max(leads(operand)) <= lead for operand in operands)

    def require(self, name: str, index: int, where: str) -> None:
        """Every byte of a buffer must still be its own."""
        buffer = self.buffer(name)
        self.note_use(buffer, index, where)
        if buffer not in self.written:
            raise InternalError(f"memory plan: {buffer} is read {where} but nothing was written to it")
        self.refuse_sharing(buffer, {self.number[buffer]}, where)

    def refuse_sharing(self, buffer: str, allowed: set[int], where: str) -> None:
        """Raises where a byte of the buffer belongs to any but the allowed owners."""
        found = {int(number) for number in np.unique(self.bytes_of(buffer))} - allowed
        if found:
            others = ", ".join(
                "nothing" if number == FREE else self.names[number] for number in sorted(found)
            )
            raise InternalError(f"memory plan: bytes of {buffer}, needed {where}, belong to {others}")

    def claim(self, buffer: str, index: int) -> None:
        """The buffer takes its bytes."""
        self.note_use(buffer, index, f"at call {index}")
        self.bytes_of(buffer)[:] = self.number[buffer]
        self.written.add(buffer)

    def note_use(self, buffer: str, index: int, where: str) -> None:
        """A use must lie within the lifetime that the plan states."""
        placement = self.placement(buffer)
        if not placement.first <= index <= placement.last:
            raise InternalError(
                f"memory plan: {buffer} is used {where}, not within {placement.first}..{placement.last}"
            )

    def meet(self, one: str, other: str) -> bool:
        """Whether two buffers share a byte."""
        here, there = self.placement(one), self.placement(other)
        if here.region != there.region or not here.bytes or not there.bytes:
            return False
        return here.offset < there.offset + there.bytes and there.offset < here.offset + here.bytes

    def bytes_of(self, buffer: str) -> np.ndarray:
        """The owners of a buffer's bytes: a view, so it can be assigned to."""
        placement = self.placement(buffer)
        edges = self.edges[placement.region]
        start, end = edges[placement.offset], edges[placement.offset + placement.bytes]
        return self.owners[placement.region][start:end]

    def placement(self, buffer: str) -> Placement:
        """Where the plan puts a buffer."""
        if buffer not in self.placements:
            raise InternalError(f"memory plan: {buffer} is used but has no place")
        return self.placements[buffer]

    def buffer(self, name: str) -> str:
        """The buffer that a name or a view stands for."""
        while name in self.renamed:
            name = self.renamed[name]
        return name


def _edges(plan: MemoryPlan, region: str) -> dict[int, int]:
    """Offset where a buffer starts or ends -> its place among them."""
    placements = [placement for placement in plan.placements if placement.region == region]
    ends = [placement.offset + placement.bytes for placement in placements]
    return {
        offset: place
        for place, offset in enumerate(sorted({*ends, *(placement.offset for placement in placements)}))
    }
