"""Bytes that are live while calls run in some order: what scheduling minimises, one step at a time."""

from dataclasses import dataclass

from compiler.ir.program import OWN_REGIONS, Program
from compiler.memory.bounds import bytes_together
from compiler.memory.lifetimes import buffers_read, storage_of
from compiler.memory.overlaps import overlapped
from compiler.memory.precedence import indices


@dataclass(frozen=True, slots=True)
class Step:
    """After one call: the bytes needed while it ran, and the buffers (bit mask) and bytes live afterwards."""

    needed_bytes: int
    live: int
    live_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """The buffers of a program by number; masks of calls and of buffers are integers.

    `touches[c]`: buffers of call c. `users[b]`: calls of buffer b. `leads[c]`: (written, read, lead bytes).
    `kept`: outputs, which never die. `start`: inputs that something uses.
    """

    sizes: tuple[int, ...]
    touches: tuple[int, ...]
    users: tuple[int, ...]
    leads: tuple[tuple[tuple[int, int, int], ...], ...]
    kept: int
    start: int

    def first_step(self) -> Step:
        """Before the first call."""
        live_bytes = sum(self.sizes[buffer] for buffer in indices(self.start))
        return Step(live_bytes, self.start, live_bytes)

    def step(self, done: int, before: Step, call: int) -> Step:
        """Run `call` when the calls of the mask `done` have run."""
        ahead = ~(done | 1 << call)
        new = self.touches[call] & ~before.live
        together = before.live_bytes + sum(self.sizes[buffer] for buffer in indices(new))
        dead = 0
        for buffer in indices(self.touches[call] & ~self.kept):
            if not self.users[buffer] & ahead:
                dead |= 1 << buffer
        live_bytes = together - sum(self.sizes[buffer] for buffer in indices(dead))
        saved = self._saved(call, new, dead) if self.leads[call] else 0
        return Step(together - saved, (before.live | new) & ~dead, live_bytes)

    def alone(self, call: int) -> int:
        """What the call needs in every order: its own buffers, as if all it reads died in it."""
        touched = self.touches[call]
        together = sum(self.sizes[buffer] for buffer in indices(touched))
        return together - self._saved(call, touched, touched & ~self.kept) if self.leads[call] else together

    def _saved(self, call: int, new: int, dead: int) -> int:
        """Bytes that overlaps of the call save when `new` buffers are born in it and `dead` ones die."""
        leads = [lead for lead in self.leads[call] if new >> lead[0] & 1 and dead >> lead[1] & 1]
        if not leads:
            return 0
        sizes = {buffer: self.sizes[buffer] for lead in leads for buffer in lead[:2]}
        return sum(sizes.values()) - bytes_together(sizes, leads, 1)


def footprint_of(program: Program) -> Footprint:
    """The program's arena buffers, numbered in its order."""
    storage = storage_of(program.buffers, program.views)
    arena = [buffer for buffer in program.buffers if buffer.kind not in OWN_REGIONS]
    number = {buffer.name: position for position, buffer in enumerate(arena)}
    users = [0] * len(arena)
    touches = []
    for index, call in enumerate(program.calls):
        used = (*buffers_read(call, storage), *call.writes, *call.scratch)
        names = {storage[name] for name in used} & number.keys()
        for name in names:
            users[number[name]] |= 1 << index
        touches.append(sum(1 << number[name] for name in names))
    kept = sum(1 << number[name] for name in {storage[name] for name in program.outputs} & number.keys())
    inputs = {storage[name] for name in program.inputs} & number.keys()
    return Footprint(
        sizes=tuple(buffer.bytes for buffer in arena),
        touches=tuple(touches),
        users=tuple(users),
        leads=tuple(
            tuple(
                (number[write], number[read], lead)
                for write in dict.fromkeys(storage[name] for name in call.writes)
                for read, lead in overlapped(call, write, storage).items()
                if write in number and read in number
            )
            for call in program.calls
        ),
        kept=kept,
        start=sum(1 << number[name] for name in inputs if users[number[name]] or kept >> number[name] & 1),
    )
