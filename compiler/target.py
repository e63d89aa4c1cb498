"""A microcontroller board as the compiler sees it. Reading the TOML is compiler/target_file.py's affair."""

from dataclasses import dataclass
from typing import Literal

Isa = Literal["plain", "dsp", "mve"]

CORE_ISA: dict[str, Isa] = {
    "cortex-m0": "plain", "cortex-m0plus": "plain", "cortex-m3": "plain", "cortex-m23": "plain",
    "cortex-m4": "dsp", "cortex-m7": "dsp", "cortex-m33": "dsp", "cortex-m55": "mve", "cortex-m85": "mve",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """One region. `bytes` is its size; `source` says where that figure comes from."""

    name: str
    kind: Literal["ram", "flash"]
    bytes: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A board. `active_milliwatts` is what the chip draws while computing, None where unknown."""

    name: str
    description: str
    core: str
    clock_hz: int
    memories: tuple[Memory, ...]
    active_milliwatts: float | None = None
    power_source: str | None = None

    @property
    def isa(self) -> Isa:
        """What the core can compute with."""
        return CORE_ISA[self.core]

    @property
    def ram_bytes(self) -> int:
        """The largest RAM region: an arena is one block."""
        return max((memory.bytes for memory in self.memories if memory.kind == "ram"), default=0)

    @property
    def flash_bytes(self) -> int:
        """All flash regions together."""
        return sum(memory.bytes for memory in self.memories if memory.kind == "flash")
