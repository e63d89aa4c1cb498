"""Where tests run the real library: as the environment names it, on this machine and on emulated cores."""

import os

import pytest

from backends.emulate.cores import CORES
from backends.emulate.qemu import QEMU
from benchmarks.single_rounding_library import places_with_library

STRICT = "CFLAGS=-O1 -g -Wconversion -Werror -fsanitize=address,undefined -fno-sanitize-recover=all"
"""Our C under sanitizers; the library is as it was built."""


def missing(core: str) -> str:
    """Why a test that needs the library for a core, or for "host", is skipped; empty where it is there."""
    name = f"CMSIS_NN_LIB_{core.replace('-', '_').upper()}"
    if os.environ.get("CMSIS_NN_INC") and (os.environ.get(name) or os.environ.get("CMSIS_NN_LIB")):
        return ""
    return f"no CMSIS-NN for {core}: CMSIS_NN_INC and {name} name it"


def missing_once(core: str) -> str:
    """The same of a build for single rounding."""
    return "" if places_with_library((core,)) else f"no CMSIS-NN for {core} with single rounding is named"


def place(core: str, reason: str) -> object:
    """A parameter of a test, skipped where there is a reason to, or no emulator."""
    reason = reason or (QEMU.unavailable(core) if core != "host" else None) or ""
    return pytest.param(core, marks=pytest.mark.skipif(bool(reason), reason=reason))


needs_host = pytest.mark.skipif(bool(missing("host")), reason=missing("host"))

EMULATED = [place(core.name, missing(core.name)) for core in CORES]
"""Cores with a library, and an emulator."""

SINGLE = [place(core, missing_once(core)) for core in ("host", *(core.name for core in CORES))]
"""Cores, and the host, with a library that rounds once."""
