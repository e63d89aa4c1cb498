"""The C files of kernels: which others a source needs, and their texts for a generated folder."""

import re
from collections.abc import Iterable
from functools import cache

import runtime_c

VERSION_HEADER = "include/protonas_version.h"
SINGLE_ROUNDING = "_single"
"""How the variant of a kernel ends that rounds once: a source that includes the kernel's own."""
INCLUDE = re.compile(r'^#include "(protonas_\w+\.[ch])"$', re.MULTILINE)
_FOLDERS = {"c": "src", "h": "include"}
_ROUNDING = {"include/protonas_requantize.h", "include/protonas_round.h"}


@cache
def kernel_text(path: str) -> str:
    """The text of a file of runtime_c, its path relative to that folder."""
    return (runtime_c.FOLDER / path).read_text(encoding="utf-8")


@cache
def included_by(path: str) -> tuple[str, ...]:
    """Every file that a file includes, directly or through others: paths relative to runtime_c, sorted."""
    found: set[str] = set()
    for name in INCLUDE.findall(kernel_text(path)):
        included = f"{_FOLDERS[name[-1]]}/{name}"
        found |= {included, *included_by(included)}
    return tuple(sorted(found))


def kernel_files(sources: Iterable[str]) -> dict[str, str]:
    """File name -> text of these sources, of all files they include, and of the version header."""
    paths = {VERSION_HEADER}
    for source in sources:
        paths |= {source, *included_by(source)}
    return {path.rsplit("/", 1)[1]: kernel_text(path) for path in sorted(paths)}


def base_kernel(kernel: str) -> str:
    """The kernel that a variant is one of: its parameters and loops are the same."""
    return kernel.removesuffix(SINGLE_ROUNDING)


@cache
def is_portable(kernel: str) -> bool:
    """Whether a kernel is one of ours."""
    return (runtime_c.FOLDER / "src" / f"{kernel}.c").is_file()


@cache
def rounds(kernel: str) -> bool:
    """Whether a kernel rescales or rounds floats, so that its results depend on the rounding."""
    return not _ROUNDING.isdisjoint(included_by(f"src/{kernel}.c"))


@cache
def has_single_rounding(kernel: str) -> bool:
    """Whether there is a variant of a kernel that rounds once."""
    return (runtime_c.FOLDER / "src" / f"{kernel}{SINGLE_ROUNDING}.c").is_file()
