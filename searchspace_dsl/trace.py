"""Which decisions a member reads, and whether its requires hold: a walk that builds nothing."""

from dataclasses import dataclass

from searchspace_dsl.operators import Scalar
from searchspace_dsl.span import Span
from searchspace_dsl.unroll import Unrolled
from searchspace_dsl.values import ImpossibleError, Run

UNFINISHED = 1_000


@dataclass(frozen=True, slots=True)
class Trace:
    """`active`: indices in the order read. `violated`: why it is no member and `where`, or None."""

    active: tuple[int, ...]
    failures: int
    violated: str | None
    where: Span | None


def trace(unrolled: Unrolled, vector: list[float]) -> Trace:
    """Walks the member that `vector` stands for."""
    run = Run(vector)
    watcher = Watcher()
    try:
        index = unrolled.selector.evaluate(run)
        assert isinstance(index, int)
        unrolled.networks[index].walk(run, watcher, "")
    except ImpossibleError as error:
        watcher.violated(error.reason, error.span)
        watcher.failures += UNFINISHED
    return Trace(tuple(run.active), watcher.failures, watcher.first, watcher.where)


class Watcher:
    """A Maker that makes nothing and remembers the first violation."""

    def __init__(self) -> None:
        self.first: str | None = None
        self.where: Span | None = None
        self.failures = 0

    def operator(self, name: str, arguments: dict[str, Scalar], current: str, span: Span) -> str:
        """Nothing to make: arguments were read when they were evaluated."""
        return current

    def join(self, name: str, parts: list[str], span: Span) -> str:
        """Any part stands for all."""
        return parts[0]

    def residual(self, start: str, end: str, span: Span) -> str:
        """The sum needs no decisions."""
        return end

    def enter(self, scope: str, title: str, span: Span) -> None:
        """Scopes do not matter here."""

    def leave(self) -> None:
        """Scopes do not matter here."""

    def begin_setting(self, settings: dict[str, Scalar], span: Span) -> None:
        """Nothing to compress."""

    def end_setting(self) -> None:
        """Nothing to compress."""

    def resized(self, sides: tuple[Scalar, ...], span: Span) -> None:
        """Sizes do not matter here."""

    def violated(self, reason: str, span: Span | None) -> None:
        """Kept; the walk goes on, so that everything read is known."""
        self.failures += 1
        if self.first is None:
            self.first, self.where = reason, span
