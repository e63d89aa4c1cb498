"""From a program and its plan to the flat list of kernel calls in NAME.c and the tables they read."""

from collections import Counter
from collections.abc import Collection, Mapping

from backends.firmware.c_text import c_int, unique_idents
from backends.firmware.placed import placements, resolve
from backends.firmware.ports import C_TYPES
from backends.firmware.sides import Sides, field_views, sides_idents, sides_views
from backends.firmware.views import (
    ApiView,
    BufferView,
    CallView,
    FieldView,
    SourceView,
    TableView,
    WeightsView,
)
from compiler.backend import FirmwareRequest
from compiler.errors import InternalError
from compiler.ir.graph import Graph
from compiler.ir.program import Constant, KernelCall, Program

_LOCALS = """
    arena state arena_base state_base arena_error state_error error check_block check_mark fill channel_mean
    channel_std channel_row input_table labels
"""
_API = """
    init input output run label argmax quantize_input dequantize_output raw_t h weights_h
"""
LOCAL_NAMES = tuple(_LOCALS.split())
INPUT_NAMES = ("input", "input_base", "input_error", "align")
"""What else is taken where inputs lie outside the arena."""
API_NAMES = tuple(_API.split())


def table_idents(program: Program, api: ApiView) -> dict[str, str]:
    """The C name of every constant; none is that of a function in NAME.h."""
    prefix = api.heading.prefix
    return unique_idents([constant.name for constant in program.constants], _functions(api), f"{prefix}_")


def _functions(api: ApiView) -> list[str]:
    """What NAME.h declares."""
    prefix = api.heading.prefix
    return [
        *(f"{prefix}_{name}" for name in API_NAMES),
        *(port.function for port in (*api.inputs, *api.outputs)),
        *(f"{prefix}_quantize_input{port.suffix}" for port in api.inputs),
        *(f"{prefix}_dequantize_output{port.suffix}" for port in api.outputs),
    ]


def weights_view(request: FirmwareRequest, api: ApiView) -> WeightsView:
    """NAME_weights.c's view. InternalError for a constant without data."""
    idents = table_idents(request.program, api)
    tables = tuple(_table(constant, idents[constant.name]) for constant in request.program.constants)
    return WeightsView(
        heading=api.heading,
        tables=tables,
        bytes=sum(constant.bytes for constant in request.program.constants),
    )


def _table(constant: Constant, ident: str) -> TableView:
    if constant.data is None:
        raise InternalError(f"constant {constant.name} reached code generation without its numbers")
    return TableView(
        ident=ident,
        c_type=C_TYPES[constant.dtype],
        elements=constant.data.size,
        alignment=constant.alignment,
        comment=f"{constant.name}: {_shape(constant.shape)}, {constant.bytes} bytes",
        numbers=constant.data,
    )


def source_view(request: FirmwareRequest, api: ApiView) -> SourceView:
    """NAME.c's view."""
    program = request.program
    tables = table_idents(program, api)
    reserved = _file_names(api, tables.values())
    sides = sides_idents(program.calls, reserved)
    reserved += sides.values()
    structs = _struct_idents(program, reserved)
    pointers = _pointers(program, [*reserved, *structs])
    plan = request.plan
    return SourceView(
        api=api,
        headers=tuple(
            dict.fromkeys((*isa_headers(program), *(f"{call.kernel}.h" for call in program.calls)))
        ),
        sides=sides_views(sides),
        buffers=_buffers(request, pointers),
        calls=tuple(
            _call(request, call, structs[index], pointers, tables, sides)
            for index, call in enumerate(program.calls)
        ),
        plan_note="the least possible for this order of calls"
        if plan.optimal
        else f"no plan for this order of calls can be below {plan.lower_bound_bytes}",
    )


def isa_headers(program: Program) -> tuple[str, ...]:
    """The header that stops the build for an instruction set that the program's library calls are not for."""
    own = any(call.kernel.startswith("protonas_cmsis_") for call in program.calls)
    return (f"protonas_cmsis_isa_{program.isa}.h",) if own else ()


def _file_names(api: ApiView, tables: Collection[str]) -> list[str]:
    """What NAME.c and NAME.h define or use besides parameter structs and buffers."""
    return [*LOCAL_NAMES, *(INPUT_NAMES if api.input_bytes else ()), *_functions(api), *tables]


def _pointers(program: Program, reserved: Collection[str]) -> dict[str, str]:
    """The local variable of every buffer or view that a call reads, writes or scratches."""
    constants = {constant.name for constant in program.constants}
    used = [
        name
        for call in program.calls
        for name in (*(read for read in call.reads if read not in constants), *call.writes, *call.scratch)
    ]
    return unique_idents([name for item in used for name in (resolve(program, item), item)], reserved)


def _buffers(request: FirmwareRequest, pointers: Mapping[str, str]) -> tuple[BufferView, ...]:
    """One line for each pointer, in the order of first use; a view follows the buffer it aliases."""
    program = request.program
    placed = placements(request)
    kinds = {buffer.name: buffer.kind for buffer in program.buffers}
    lines: list[tuple[str, str, str]] = []
    for name, ident in pointers.items():
        buffer = resolve(program, name)
        c_type = _element_type(request.graph, buffer)
        if kinds[buffer] == "outside":
            c_type = f"const {c_type}"
        if buffer != name:
            lines.append((f"{c_type} *const {ident} = {pointers[buffer]};", "the same bytes", ""))
            continue
        place = placed[name]
        address = f"&{place.region}_base[{place.offset}]"
        scratch = kinds[name] == "scratch"
        text = (
            f"void *const {ident} = {address};"
            if scratch
            else f"{c_type} *const {ident} = {_cast(c_type)}{address};"
        )
        live = f"offset {place.offset}, {place.bytes} bytes, live {place.first}..{place.last}"
        lines.append((text, live, place.region))
    width = max((len(text) for text, _, _ in lines), default=0)
    return tuple(
        BufferView(declaration=text.ljust(width), comment=comment, region=region)
        for text, comment, region in lines
    )


def _element_type(graph: Graph, buffer: str) -> str:
    """In C, of what a buffer holds, as kernels take it: all that has eight bits is int8_t to them, and so are
    the bytes of what is no value of the graph."""
    c_type = C_TYPES[graph.tensors[buffer].dtype] if buffer in graph.tensors else "int8_t"
    return "int8_t" if c_type == "uint8_t" else c_type


def _cast(c_type: str) -> str:
    """From the block's bytes; by way of void where elements are larger, for the plan has aligned them."""
    if c_type.endswith("int8_t"):
        return f"({c_type} *)"
    return f"({c_type} *)({'const ' if c_type.startswith('const ') else ''}void *)"


def _struct_idents(program: Program, reserved: Collection[str]) -> list[str]:
    """The parameter struct of every call; a layer's second call is counted."""
    seen: Counter[str] = Counter()
    names = []
    for call in program.calls:
        seen[call.layer] += 1
        names.append(f"{call.layer} params {seen[call.layer]}".removesuffix(" 1"))
    idents = unique_idents(names, reserved)
    return [idents[name] for name in names]


def _call(
    request: FirmwareRequest,
    call: KernelCall,
    struct: str,
    pointers: Mapping[str, str],
    tables: Mapping[str, str],
    sides: Mapping[Sides, str],
) -> CallView:
    fields = field_views(call, {name: c_int(value) for name, value in call.parameters}, sides)
    fields += [FieldView(name=name, value=tables[constant]) for name, constant in call.constants]
    return CallView(
        comment=_call_comment(request.graph, call),
        layer=call.layer,
        kernel=call.kernel,
        parameters=struct,
        fields=tuple(fields),
        arguments=tuple(
            pointers[name] if name in pointers else tables[name]
            for name in (*call.reads, *call.writes, *call.scratch)
        ),
        output=pointers[call.writes[0]],
        output_bytes=placements(request)[resolve(request.program, call.writes[0])].bytes,
        checked=call.returns_status,
    )


def _call_comment(graph: Graph, call: KernelCall) -> str:
    macs = f", {call.macs} MACs" if call.macs else ""
    for node in graph.nodes:
        if node.name == call.layer:
            reads = [graph.tensors[name].shape for name in node.inputs if name not in graph.parameters]
            writes = [graph.tensors[name].shape for name in node.outputs]
            shapes = f"{' and '.join(map(_shape, reads))} -> {' and '.join(map(_shape, writes))}"
            return f"{call.layer}: {shapes}{macs}"
    return f"{call.layer}{macs}"


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(str(size) for size in shape) or "scalar"
