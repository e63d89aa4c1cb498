"""CMSIS-NN built for single rounding, as the environment names it beside the library that rounds twice."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


def variable(place: str) -> str:
    """What names the library for a core or for "host"."""
    return f"CMSIS_NN_SINGLE_LIB_{_upper(place)}"


def places_with_library(places: Sequence[str]) -> tuple[str, ...]:
    """Those of the cores, or "host", whose library is named."""
    return tuple(place for place in places if os.environ.get(variable(place)))


@contextmanager
def named_library(place: str) -> Iterator[None]:
    """Makes generated make files take that library. KeyError where none is named."""
    taken = f"CMSIS_NN_LIB_{_upper(place)}"
    before = os.environ.get(taken)
    os.environ[taken] = os.environ[variable(place)]
    try:
        yield
    finally:
        if before is None:
            del os.environ[taken]
        else:
            os.environ[taken] = before


def _upper(place: str) -> str:
    return place.replace("-", "_").upper()
