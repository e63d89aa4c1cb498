"""Decisions and their domains: the coordinates of a search space."""

from dataclasses import dataclass, field

import numpy as np

from searchspace_dsl.operators import Scalar
from searchspace_dsl.span import Span


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a set. Options are values, or the text of an operator, block or expression."""

    options: tuple[Scalar, ...]

    @property
    def cardinality(self) -> int:
        """How many options there are."""
        return len(self.options)

    def value(self, coordinate: float) -> Scalar:
        """The option that `coordinate`, its index, stands for."""
        return self.options[int(coordinate)]

    def coordinate(self, value: object) -> float | None:
        """Index of the option equal to `value`, or None."""
        wanted = tuple(value) if isinstance(value, list) else value
        for index, option in enumerate(self.options):
            if option == wanted and isinstance(option, bool) == isinstance(wanted, bool):
                return float(index)
        return None

    def draw(self, rng: np.random.Generator) -> float:
        """A coordinate, all alike likely."""
        return float(rng.integers(self.cardinality))

    def move(self, coordinate: float, rng: np.random.Generator) -> float:
        """Another coordinate than `coordinate`, all alike likely; the same one where there is no other."""
        return _another(self.cardinality, coordinate, rng)

    def __str__(self) -> str:
        return "{" + ", ".join(show_value(option) for option in self.options) + "}"


@dataclass(frozen=True, slots=True)
class IntRange:
    """low, low + step, ... up to and including high where the steps meet it."""

    low: int
    high: int
    step: int = 1

    @property
    def cardinality(self) -> int:
        """How many numbers the range holds."""
        return (self.high - self.low) // self.step + 1

    def value(self, coordinate: float) -> int:
        """The number at index `coordinate`."""
        return self.low + int(coordinate) * self.step

    def coordinate(self, value: object) -> float | None:
        """Index of the number `value`, or None."""
        if not isinstance(value, int | np.integer) or isinstance(value, bool):
            return None
        index, rest = divmod(int(value) - self.low, self.step)
        return float(index) if rest == 0 and 0 <= index < self.cardinality else None

    def draw(self, rng: np.random.Generator) -> float:
        """A coordinate, all alike likely."""
        return float(rng.integers(self.cardinality))

    def move(self, coordinate: float, rng: np.random.Generator) -> float:
        """A neighbour of `coordinate` half of the time, else any other: numbers that are near do alike."""
        if self.cardinality > 1 and rng.random() < 0.5:
            stepped = coordinate + (1.0 if rng.random() < 0.5 else -1.0)
            return stepped if 0 <= stepped < self.cardinality else 2 * coordinate - stepped
        return _another(self.cardinality, coordinate, rng)

    def __str__(self) -> str:
        return f"{self.low}..{self.high}" + (f" step {self.step}" if self.step != 1 else "")


@dataclass(frozen=True, slots=True)
class RealRange:
    """Every real number from low to high."""

    low: float
    high: float

    @property
    def cardinality(self) -> None:
        """None: reals are not counted."""
        return

    def value(self, coordinate: float) -> float:
        """A real coordinate is its value."""
        return float(coordinate)

    def coordinate(self, value: object) -> float | None:
        """`value` itself where it lies within the range, or None."""
        if not isinstance(value, int | float | np.integer | np.floating) or isinstance(value, bool):
            return None
        return float(value) if self.low <= value <= self.high else None

    def draw(self, rng: np.random.Generator) -> float:
        """Uniform between low and high."""
        return float(rng.uniform(self.low, self.high))

    def move(self, coordinate: float, rng: np.random.Generator) -> float:
        """A normal step of a tenth of the range, kept within it, half of the time, else a fresh draw."""
        if rng.random() < 0.5:
            stepped = coordinate + rng.normal(0.0, 0.1 * (self.high - self.low))
            return float(min(max(stepped, self.low), self.high))
        return self.draw(rng)

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


Domain = Choice | IntRange | RealRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One coordinate. `name` is unique: the user's own where there is one, else the path to its place."""

    name: str
    domain: Domain
    span: Span = field(compare=False)

    @property
    def cardinality(self) -> int | None:
        """Number of values of a discrete domain, None for a real one."""
        return self.domain.cardinality


def show_value(value: Scalar) -> str:
    """A value as the language writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(show_value(item) for item in value) + "]"
    return str(value)


def _another(cardinality: int, coordinate: float, rng: np.random.Generator) -> float:
    if cardinality == 1:
        return coordinate
    drawn = float(rng.integers(cardinality - 1))
    return drawn if drawn < coordinate else drawn + 1
