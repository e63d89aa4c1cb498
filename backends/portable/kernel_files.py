"""The C files of kernels: which headers a source needs, and their texts for a generated folder."""

import re
from collections.abc import Iterable
from functools import cache

import runtime_c

VERSION_HEADER = "include/protonas_version.h"
_INCLUDE = re.compile(r'^#include "(protonas_\w+\.h)"$', re.MULTILINE)


@cache
def kernel_text(path: str) -> str:
    """The text of a file of runtime_c, its path relative to that folder."""
    return (runtime_c.FOLDER / path).read_text(encoding="utf-8")


@cache
def headers_of(path: str) -> tuple[str, ...]:
    """Every header that a file includes, directly or through others: paths relative to runtime_c, sorted."""
    found: set[str] = set()
    for name in _INCLUDE.findall(kernel_text(path)):
        header = f"include/{name}"
        found |= {header, *headers_of(header)}
    return tuple(sorted(found))


def kernel_files(sources: Iterable[str]) -> dict[str, str]:
    """File name -> text of these sources, of all headers they need, and of the version header."""
    paths = {VERSION_HEADER}
    for source in sources:
        paths |= {source, *headers_of(source)}
    return {path.rsplit("/", 1)[1]: kernel_text(path) for path in sorted(paths)}
