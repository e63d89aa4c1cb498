"""A search space as an object: decisions, vectors over them, and the network each vector stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.decisions import Choice, Decision, IntRange, RealRange
from searchspace_dsl.elaborate import elaborate
from searchspace_dsl.errors import NasError
from searchspace_dsl.findings import nearest
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.operators import Scalar
from searchspace_dsl.sampling import crossed, drawn, mutated
from searchspace_dsl.size import Size, measure_size
from searchspace_dsl.trace import Trace, trace
from searchspace_dsl.unroll import Unrolled

__all__ = ["Choice", "Decision", "IntRange", "MemberError", "RealRange", "SearchSpace", "Size", "Vector"]

Vector = npt.NDArray[np.float64]


class MemberError(NasError):
    """A mapping of decisions that is no member of the space."""


@dataclass(frozen=True, kw_only=True)
class SearchSpace:
    """A vector is float64, of length len(decisions): a discrete decision's index, a real one's value.

    Decisions that a member does not read are inactive; they keep a place, which is 0 in a canonical vector.
    `classes`: length of the vector that every network has to end in; 0: it ends in the shape of its input;
    None where the task does not say.
    """

    input_shape: tuple[int, ...]
    classes: int | None
    unrolled: Unrolled

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """All decisions, in the order of the vector."""
        return self.unrolled.decisions

    @cached_property
    def _index(self) -> dict[str, int]:
        return {decision.name: index for index, decision in enumerate(self.decisions)}

    def sample(self, rng: np.random.Generator) -> Vector:
        """A canonical member: every active decision drawn uniformly, again until all requires hold.

        Raises MemberError where none was found.
        """
        found = drawn(self.unrolled, rng)
        if found is None:
            raise MemberError(
                "no member that satisfies every `require` was found; they may contradict each other"
            )
        return self._vector(found)

    def mutate(self, vector: Vector, rng: np.random.Generator, rate: float) -> Vector:
        """A canonical neighbour: each active decision changes with probability `rate`, at least one always.

        Decisions that become active are drawn afresh. The parent itself where no neighbour was found that
        satisfies every require.
        """
        return self._vector(mutated(self.unrolled, vector.tolist(), rng, rate))

    def crossover(self, a: Vector, b: Vector, rng: np.random.Generator) -> Vector:
        """A canonical child: each decision from a or b, or from the one parent in which it is active.

        A parent itself where no child was found that satisfies every require.
        """
        return self._vector(crossed(self.unrolled, a.tolist(), b.tolist(), rng))

    def active(self, vector: Vector) -> npt.NDArray[np.bool_]:
        """Which decisions the member reads, shape (len(decisions),)."""
        mask = np.zeros(len(self.decisions), dtype=np.bool_)
        mask[list(self._trace(vector).active)] = True
        return mask

    def canonical(self, vector: Vector) -> Vector:
        """`vector` with its inactive coordinates set to 0: equal for equal members."""
        return np.where(self.active(vector), vector, 0.0)

    def decode(self, vector: Vector) -> dict[str, Scalar]:
        """The active decisions by name, in the order of the vector."""
        active = self.active(vector)
        pairs = zip(self.decisions, vector.tolist(), active.tolist(), strict=True)
        return {decision.name: decision.domain.value(number) for decision, number, used in pairs if used}

    def encode(self, mapping: Mapping[str, object]) -> Vector:
        """The canonical vector of the member with these decisions; the inverse of `decode`.

        Raises MemberError for a name or value the space does not have, and for an active decision left out.
        """
        vector = np.zeros(len(self.decisions))
        for name, value in mapping.items():
            if name not in self._index:
                raise MemberError(f"the space has no decision `{name}`; {nearest(name, self._index)}")
            index = self._index[name]
            coordinate = self.decisions[index].domain.coordinate(value)
            if coordinate is None:
                raise MemberError(f"{name} cannot be {value}; permitted: {self.decisions[index].domain}")
            vector[index] = coordinate
        missing = [
            self.decisions[i].name
            for i in self._trace(vector).active
            if self.decisions[i].name not in mapping
        ]
        if missing:
            raise MemberError(f"the member needs a value for {', '.join(missing)}")
        return self.canonical(vector)

    def elaborate(self, vector: Vector) -> Architecture | Infeasible:
        """The network of a member; Infeasible of kind "shape" or "require" where it cannot be built."""
        return elaborate(self.unrolled, vector.tolist(), self.input_shape, self.classes)

    def size(self) -> Size:
        """How many members satisfy every require: exact within a limit of work, else an upper bound."""
        return measure_size(self.unrolled)

    def _trace(self, vector: Vector) -> Trace:
        return trace(self.unrolled, vector.tolist())

    def _vector(self, found: list[float]) -> Vector:
        return self.canonical(np.array(found, dtype=np.float64))
