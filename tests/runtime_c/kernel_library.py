"""The kernels as a shared object on the host, and a program's calls run through it on chosen addresses."""

import ctypes
import re
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache, reduce
from pathlib import Path

import numpy as np

import runtime_c
from compiler.ir.program import KernelCall, Program

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wsign-conversion", "-Werror"]
INCLUDE = f"-I{runtime_c.FOLDER / 'include'}"
SOURCES = sorted(str(path) for path in (runtime_c.FOLDER / "src").glob("*.c"))
HEADERS = sorted(str(path) for path in (runtime_c.FOLDER / "include").glob("*.h"))
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g")

_ALIAS = re.compile(r"typedef (protonas_\w+)_params protonas_\w+_params;")
_FIELD = re.compile(r"^    (const )?(u?int(?:8|16|32|64)_t|float|protonas_\w+) (\*?)(\w+);", re.MULTILINE)


def build_library(folder: Path, options: Sequence[str] = (), compiler: str = "gcc") -> ctypes.CDLL:
    """All kernels in one shared object."""
    path = folder / f"kernels_{compiler}.so"
    command = [compiler, "-std=c11", "-O2", *WARNINGS, *options, INCLUDE, "-shared", "-fPIC", "-o", str(path)]
    subprocess.run([*command, *SOURCES], check=True)
    return ctypes.CDLL(str(path))


@cache
def parameter_struct(kernel: str) -> type[ctypes.Structure]:
    """A kernel's parameter struct, its fields as the header declares them; a variant may have another's."""
    text = _header(kernel)
    if alias := _ALIAS.search(text):
        return parameter_struct(alias[1])
    return _struct(text, f"{kernel}_params")


def struct_fields(struct: type[ctypes.Structure], outer: str = "") -> dict[str, type]:
    """Name -> type of every field, those of nested structs behind a dot, as a call's parameters name them."""
    found = {}
    for name, kind in struct._fields_:  # type: ignore[misc]
        nested = issubclass(kind, ctypes.Structure)
        found |= struct_fields(kind, f"{outer}{name}.") if nested else {f"{outer}{name}": kind}
    return found


def _header(name: str) -> str:
    return (runtime_c.FOLDER / "include" / f"{name}.h").read_text()


def _struct(text: str, name: str) -> type[ctypes.Structure]:
    body = text[text.index("typedef struct {") : text.index(f"}} {name};")]
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.DOTALL)
    fields = []
    for _, c_type, star, field in _FIELD.findall(body):
        nested = c_type.startswith("protonas_")
        kind = (
            _struct(_header(c_type), c_type) if nested else getattr(ctypes, f"c_{c_type.removesuffix('_t')}")
        )
        fields.append((field, ctypes.POINTER(kind) if star else kind))
    assert len(fields) == body.count(";"), name
    return type(name, (ctypes.Structure,), {"_fields_": fields})


def run_call(
    library: ctypes.CDLL, call: KernelCall, constants: Mapping[str, np.ndarray], address: Mapping[str, int]
) -> None:
    """One call, each buffer at its address; what is read may be a constant."""
    struct = parameter_struct(call.kernel)
    types = struct_fields(struct)
    values: dict[str, object] = dict(call.parameters)
    assert values.keys() | dict(call.constants).keys() <= types.keys()
    assert types.keys() - values.keys() - dict(call.constants).keys() <= {"bias"}
    for field, name in call.constants:
        values[field] = constants[name].ctypes.data_as(types[field])
    parameters = struct()
    for field, value in values.items():
        *outer, inner = field.split(".")
        setattr(reduce(getattr, outer, parameters), inner, value)
    names = (*call.reads, *call.writes, *call.scratch)
    function = getattr(library, call.kernel)
    function.restype = None
    places = (address[name] if name in address else constants[name].ctypes.data for name in names)
    function(ctypes.byref(parameters), *map(ctypes.c_void_p, places))


def constants_of(program: Program) -> dict[str, np.ndarray]:
    """Arrays of all constants, contiguous."""
    found = {}
    for constant in program.constants:
        assert constant.data is not None
        found[constant.name] = np.ascontiguousarray(constant.data)
    return found


def run_apart(library: ctypes.CDLL, program: Program, inputs: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Every buffer in an allocation of its own; what each holds at the end, by name (int8, flat)."""
    buffers = {buffer.name: np.full(buffer.bytes, 77, dtype=np.int8) for buffer in program.buffers}
    for name, data in zip(program.inputs, inputs, strict=True):
        buffers[name][:] = np.ascontiguousarray(data).reshape(-1).view(np.int8)
    constants = constants_of(program)
    address = {name: array.ctypes.data for name, array in buffers.items()}
    for call in program.calls:
        run_call(library, call, constants, address)
    return buffers
