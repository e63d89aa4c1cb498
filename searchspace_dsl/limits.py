"""How much a network may take; apart from the spec, so that costs can be limited without the language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds a network must keep; None: what the target itself allows."""

    ram_bytes: int | None = None
    flash_bytes: int | None = None
    latency_us: float | None = None
    macs: int | None = None
    energy_uj: float | None = None
