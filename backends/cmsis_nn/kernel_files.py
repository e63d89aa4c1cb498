"""The C files of adapters, among those of portable kernels: which a program needs, and their texts."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from backends.portable import kernel_files as portable

FOLDER = Path(__file__).parent / "runtime"
PREFIX = "cmsis_nn/"
"""What the paths of adapters start with in KernelCall.sources."""

_FOLDERS = ("include", "src")


def is_adapter(kernel: str) -> bool:
    """Whether a kernel is one that calls the library."""
    return kernel.startswith("protonas_cmsis_")


def sources_of(kernel: str) -> tuple[str, ...]:
    """The C sources of an adapter as KernelCall.sources names them; a direct one, and one of rows, calls
    another."""
    kernels = dict.fromkeys((kernel, kernel.replace("_direct_", "_").replace("_rows_", "_")))
    return tuple(f"{PREFIX}src/{name}.c" for name in kernels)


@cache
def adapter_text(path: str) -> str:
    """The text of a file of runtime/, its path relative to that folder."""
    return (FOLDER / path).read_text(encoding="utf-8")


def isa_header(isa: str) -> str:
    """The header that stops the build for other instruction sets."""
    return f"protonas_cmsis_isa_{isa}.h"


def kernel_files(sources: Iterable[str], isa: str) -> dict[str, str]:
    """File name -> text of these sources, adapters and portable ones, and of all that they include."""
    ours = sorted(source.removeprefix(PREFIX) for source in sources if source.startswith(PREFIX))
    theirs = [source for source in sources if not source.startswith(PREFIX)]
    found = portable.kernel_files(theirs)
    todo = [*ours, *([f"include/{isa_header(isa)}"] if ours else [])]
    while todo:
        path = todo.pop()
        name = path.rsplit("/", 1)[1]
        if name not in found:
            found[name] = adapter_text(path)
            places = (
                f"{folder}/{file}" for file in portable.INCLUDE.findall(found[name]) for folder in _FOLDERS
            )
            todo += [place for place in places if (FOLDER / place).is_file()]
    return dict(sorted(found.items()))
