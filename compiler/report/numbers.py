"""Numbers as people read them: three significant digits, the units of docs/design.md."""

from math import floor, isfinite, log10

from compiler.report.view import Quantity

MISSING = "\N{EN DASH}"


def significant(value: float, digits: int = 3) -> str:
    """`value` to so many significant digits, without an exponent between 1e-4 and 1e15."""
    if not isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    exponent = floor(log10(abs(value)))
    if exponent < -4 or exponent >= 15:
        return f"{value:.{digits - 1}e}"
    rounded = round(value, digits - 1 - exponent)
    if rounded != 0 and floor(log10(abs(rounded))) > exponent:
        exponent += 1
    return f"{rounded:.{max(0, digits - 1 - exponent)}f}"


def count_text(value: float) -> str:
    """950, 12.3 k, 2.66 M, 1.20 G."""
    return _scaled(value, 1000, ("", "k", "M", "G"))


def bytes_text(value: float) -> str:
    """512 B, 12.3 KiB, 1.50 MiB."""
    return _scaled(value, 1024, ("B", "KiB", "MiB", "GiB"))


def exact_bytes_text(value: int) -> str:
    """1,600 B."""
    return f"{value:,} B"


def microseconds_text(value: float) -> str:
    """850 us, 12.3 ms, 1.20 s."""
    return _scaled(value, 1000, ("\N{MICRO SIGN}s", "ms", "s"))


def microjoules_text(value: float) -> str:
    """850 uJ, 12.3 mJ, 1.20 J."""
    return _scaled(value, 1000, ("\N{MICRO SIGN}J", "mJ", "J"))


def percent_text(fraction: float | None) -> str:
    """98.61%; a dash for None."""
    return MISSING if fraction is None or not isfinite(fraction) else f"{100 * fraction:.2f}%"


def quantity_text(value: float, quantity: Quantity) -> str:
    """A value written as its quantity asks."""
    match quantity:
        case "number":
            return significant(value, 4)
        case "count":
            return count_text(value)
        case "bytes":
            return bytes_text(value)
        case "fraction":
            return percent_text(value)
        case "microseconds":
            return microseconds_text(value)
        case "microjoules":
            return microjoules_text(value)


def shape_text(shape: tuple[int, ...]) -> str:
    """8 x 8 x 16."""
    return " \N{MULTIPLICATION SIGN} ".join(map(str, shape)) if shape else "scalar"


def _scaled(value: float, step: int, units: tuple[str, ...]) -> str:
    if not isfinite(value):
        return MISSING
    power = 0
    while power + 1 < len(units) and float(_short(abs(value) / step**power)) >= step:
        power += 1
    whole = power == 0 and value == int(value)
    text = str(int(value)) if whole else _short(value / step**power)
    return f"{text} {units[power]}".rstrip()


def _short(value: float) -> str:
    """Three significant digits, but no fewer than stand before the point (1023 KiB)."""
    return significant(value) if abs(value) < 999.5 else f"{value:.0f}"
