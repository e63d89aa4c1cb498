"""Scales and their ticks: where a value lies on a chart and which values are worth writing beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite, log, log10

from compiler.report.labels import text_box
from compiler.report.numbers import quantity_text
from compiler.report.view import Quantity

_UNITS: dict[Quantity, tuple[tuple[float, str], ...]] = {
    "number": ((1, ""), (1e6, "M"), (1e9, "G")),
    "count": ((1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")),
    "bytes": ((1, "B"), (1024, "KiB"), (1024**2, "MiB"), (1024**3, "GiB")),
    "fraction": ((0.01, "%"),),
    "microseconds": ((1, "\N{MICRO SIGN}s"), (1e3, "ms"), (1e6, "s")),
    "microjoules": ((1, "\N{MICRO SIGN}J"), (1e3, "mJ"), (1e6, "J")),
}
_MOST_LOGARITHMIC_TICKS = 7


@dataclass(frozen=True, slots=True)
class Tick:
    """A value on an axis, its place in pixels and its text."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Maps low..high to start..end pixels (end may lie before start); low < high, positive if logarithmic."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Pixels, to a tenth."""
        low, high, value = (self._warped(number) for number in (self.low, self.high, value))
        return round(self.start + (value - low) / (high - low) * (self.end - self.start), 1)

    def _warped(self, value: float) -> float:
        return log10(value) if self.logarithmic else value


def scale_of(values: Sequence[float], *, start: float, end: float, logarithmic: bool = False) -> Scale:
    """The scale that shows all finite `values`, a twentieth of their range free on both sides.

    `logarithmic` is heeded where the values are positive and differ more than twentyfold.
    """
    finite = [value for value in values if isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if logarithmic and 0 < 20 * low < high:
        margin = (high / low) ** 0.05
        return Scale(low=low / margin, high=high * margin, start=start, end=end, logarithmic=True)
    spread = high - low
    if spread <= 1e-12 * max(abs(low), abs(high), 1e-300):
        spread = abs(high) or 1.0
    return Scale(low=low - 0.05 * spread, high=high + 0.05 * spread, start=start, end=end)


def ticks(scale: Scale, quantity: Quantity = "number", wanted: int = 5) -> tuple[Tick, ...]:
    """About `wanted` round values, lowest first: 1, 2 or 5 times a power of ten of the quantity's unit."""
    return (
        _logarithmic_ticks(scale, quantity) if scale.logarithmic else _linear_ticks(scale, quantity, wanted)
    )


def bottom_ticks(scale: Scale, quantity: Quantity, wanted: int = 5) -> tuple[Tick, ...]:
    """`ticks`, or every second, third ... of them: their texts stand side by side without touching."""
    found = ticks(scale, quantity, wanted)
    for every in range(1, len(found) + 1):
        kept = found[::every]
        boxes = [text_box(tick.text, tick.at, 0.0) for tick in kept]
        if not any(left.meets(right) for left, right in pairwise(boxes)):
            return kept
    return ()


def described(value: float, quantity: Quantity, label: str) -> str:
    """`label value`, for hover titles."""
    return f"{label} {quantity_text(value, quantity)}"


def _linear_ticks(scale: Scale, quantity: Quantity, wanted: int) -> tuple[Tick, ...]:
    largest = max(abs(scale.low), abs(scale.high))
    smallest, *larger = _UNITS[quantity]
    unit, symbol = max([smallest, *(pair for pair in larger if pair[0] <= largest)])
    low, high = scale.low / unit, scale.high / unit
    step = _round_step(high - low, wanted)
    if quantity in ("bytes", "count") and unit == 1 and ceil(low) <= floor(high):
        step = max(1.0, step)
    after = symbol if symbol == "%" else f" {symbol}".rstrip()
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return tuple(
        Tick(scale.at(index * step * unit), _plain(index * step, step) + after if index else f"0{after}")
        for index in range(first, last + 1)
    )


def _round_step(spread: float, wanted: int) -> float:
    """1, 2 or 5 times a power of ten: whichever gives nearest to `wanted` steps."""
    power = 10.0 ** floor(log10(spread / wanted))
    return min((factor * power for factor in (1, 2, 5, 10)), key=lambda step: abs(spread / step - wanted))


def _logarithmic_ticks(scale: Scale, quantity: Quantity) -> tuple[Tick, ...]:
    """The densest of these that is at most seven: 1, 2 and 5, or 1 and 3, or 1 times every power of ten, or
    every second, third ... power; for bytes powers of two.
    """
    base = 2 if quantity == "bytes" else 10
    first, last = floor(log(scale.low, base)), ceil(log(scale.high, base))
    choices: list[tuple[tuple[int, ...], int]] = [] if base == 2 else [((1, 2, 5), 1), ((1, 3), 1)]
    choices += [((1,), every) for every in range(1, last - first + 1)]
    for factors, every in choices:
        values = [f * float(base) ** power for power in range(first, last + 1, every) for f in factors]
        shown = [value for value in values if scale.low <= value <= scale.high]
        if len(shown) <= _MOST_LOGARITHMIC_TICKS:
            break
    return tuple(Tick(scale.at(value), _log_text(value, quantity)) for value in shown)


def _log_text(value: float, quantity: Quantity) -> str:
    unit, symbol = max([_UNITS[quantity][0], *(pair for pair in _UNITS[quantity] if pair[0] <= value)])
    return f"{value / unit:g} {symbol}".rstrip()


def _plain(value: float, step: float) -> str:
    """The tick with just the digits that tell it from its neighbours."""
    if abs(value) >= 1e7 or step < 1e-5:
        return f"{value:.{max(0, ceil(log10(abs(value) / step)))}e}"
    decimals = max(0, -floor(log10(step) + 1e-9))
    return f"{value:.{decimals}f}"
