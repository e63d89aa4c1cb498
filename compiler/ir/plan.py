"""Where every buffer of a program lies, and how good that is known to be."""

from dataclasses import dataclass

from compiler.ir.program import Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """`bytes` at `offset` of `region`, live in calls first..last, both included; -1: before the first."""

    buffer: str
    region: Region
    offset: int
    bytes: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPlan:
    """`arena_bytes` is the peak; no plan for this order of calls can be below `lower_bound_bytes`.

    `input_bytes`: of inputs that lie outside the arena, in a block of their own.
    """

    placements: tuple[Placement, ...]
    arena_bytes: int
    state_bytes: int
    lower_bound_bytes: int
    input_bytes: int = 0

    @property
    def optimal(self) -> bool:
        """Whether the peak is proven to be the least possible for this order of calls."""
        return self.arena_bytes == self.lower_bound_bytes

    def offset(self, buffer: str) -> int:
        """Offset in bytes of a buffer in its region. KeyError for a name that is not placed."""
        for placement in self.placements:
            if placement.buffer == buffer:
                return placement.offset
        raise KeyError(buffer)
