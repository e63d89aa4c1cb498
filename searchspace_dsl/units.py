"""Units of limits: what each stands for, and which a limit takes."""

from difflib import get_close_matches

Dimension = str

# Factor to the unit a Limits field is kept in: bytes, microseconds, microjoules, MACs.
UNITS: dict[str, tuple[Dimension, float]] = {
    "B": ("memory", 1),
    "KiB": ("memory", 1024),
    "kB": ("memory", 1000),
    "MiB": ("memory", 1024**2),
    "MB": ("memory", 1000**2),
    "us": ("time", 1),
    "ms": ("time", 1_000),
    "s": ("time", 1_000_000),
    "uJ": ("energy", 1),
    "mJ": ("energy", 1_000),
    "MHz": ("frequency", 1),
    "k": ("count", 1_000),
    "M": ("count", 1_000_000),
    "G": ("count", 1_000_000_000),
    "%": ("share", 0.01),
}

_WRONG = {
    "KB": "write KiB (1024 bytes) or kB (1000 bytes)",
    "K": "write k for a count, KiB or kB for memory",
    "kb": "write kB (1000 bytes) or KiB (1024 bytes)",
    "mb": "write MB (10^6 bytes) or MiB (2^20 bytes)",
    "Mb": "write MB (10^6 bytes) or MiB (2^20 bytes)",
    "µs": "write us",
    "μs": "write us",
    "µJ": "write uJ",
    "μJ": "write uJ",
}


def factor(unit: str | None, dimension: Dimension) -> float | None:
    """What one `unit` is in the dimension's own unit, or None where it does not belong to it.

    A count needs no unit; memory, time and energy do.
    """
    if unit is None:
        return 1 if dimension == "count" else None
    found = UNITS.get(unit)
    return found[1] if found is not None and found[0] == dimension else None


def units_of(dimension: Dimension) -> list[str]:
    """Units of a dimension, smallest first."""
    return [name for name, (kind, _) in UNITS.items() if kind == dimension]


def unit_hint(unit: str, dimension: Dimension) -> str:
    """What to write instead of a unit that does not fit."""
    if unit in _WRONG:
        return _WRONG[unit]
    takes = f"permitted: {', '.join(units_of(dimension))}"
    folded = {name.lower(): name for name in units_of(dimension)}
    close = [] if unit in UNITS else get_close_matches(unit.lower(), folded, 1, 0.6)
    return f"did you mean `{folded[close[0]]}`? {takes}" if close else takes
