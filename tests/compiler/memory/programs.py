"""Programs to plan: one shorthand to write them by hand, one hypothesis strategy to draw them."""

from hypothesis import strategies as st

from compiler.ir.program import Buffer, BufferKind, Constant, KernelCall, Overlap, Program, View


def call(
    reads: str = "", writes: str = "", scratch: str = "", overlaps: tuple[Overlap, ...] = (), name: str = ""
) -> KernelCall:
    return KernelCall(
        layer=name or f"make_{writes.replace(' ', '_')}",
        kernel="kernel",
        reads=tuple(reads.split()),
        writes=tuple(writes.split()),
        scratch=tuple(scratch.split()),
        overlaps=overlaps,
    )


def over(write: str, read: str, lead_bytes: int = 0) -> Overlap:
    return Overlap(write=write, read=read, lead_bytes=lead_bytes)


def program(
    sizes: dict[str, int],
    *calls: KernelCall,
    inputs: str,
    outputs: str,
    views: dict[str, str] | None = None,
    alignment: int = 1,
    state: str = "",
) -> Program:
    """Kinds follow from use; `views` maps a view to what it is of."""
    scratch = {name for one in calls for name in one.scratch}

    def kind(name: str) -> BufferKind:
        if name in state.split():
            return "state"
        if name in inputs.split():
            return "input"
        if name in outputs.split():
            return "output"
        return "scratch" if name in scratch else "value"

    return Program(
        name="net",
        backend="test",
        isa="plain",
        inputs=tuple(inputs.split()),
        outputs=tuple(outputs.split()),
        calls=calls,
        buffers=tuple(
            Buffer(name=name, bytes=size, alignment=alignment, kind=kind(name))
            for name, size in sizes.items()
        ),
        views=tuple(View(name=name, of=of) for name, of in (views or {}).items()),
    )


def chain(sizes: list[int], scratch: list[int] | None = None, alignment: int = 1) -> Program:
    """Layer after layer, each reading only what the one before wrote."""
    names = {f"x{index}": size for index, size in enumerate(sizes)}
    calls = []
    for index in range(1, len(sizes)):
        own = ""
        if scratch and scratch[index - 1]:
            own = f"s{index}"
            names[own] = scratch[index - 1]
        calls.append(call(f"x{index - 1}", f"x{index}", own))
    return program(names, *calls, inputs="x0", outputs=f"x{len(sizes) - 1}", alignment=alignment)


@st.composite
def programs(draw: st.DrawFn, max_calls: int = 8, max_bytes: int = 40) -> Program:
    """Any shape: inputs, outputs, views of views, scratch, state, constants, second writes, overlaps with
    leads."""
    sizes = st.integers(0, max_bytes)
    buffers: list[Buffer] = []
    views: list[View] = []
    readable: list[str] = []

    def buffer(name: str, kind: BufferKind) -> str:
        alignment = draw(st.sampled_from((1, 1, 1, 2, 4, 8)))
        buffers.append(Buffer(name=name, bytes=draw(sizes), alignment=alignment, kind=kind))
        return name

    inputs = [buffer(f"in{index}", "input") for index in range(draw(st.integers(1, 2)))]
    states = [buffer(f"state{index}", "state") for index in range(draw(st.integers(0, 2)))]
    readable += inputs + states
    values: list[str] = []
    calls: list[KernelCall] = []
    for index in range(draw(st.integers(0, max_calls))):
        recent = st.sampled_from(readable[-4:]) | st.sampled_from(readable)
        reads = draw(st.lists(recent, min_size=1, max_size=3))
        writes = [buffer(f"v{index}", "value")]
        values += writes
        if draw(st.integers(0, 5)) == 0:
            writes.append(draw(st.sampled_from(values + states)))
        if draw(st.integers(0, 5)) == 0:
            values.append(buffer(f"w{index}", "value"))
            writes.append(values[-1])
        operands = [*reads, "table"] if draw(st.integers(0, 3)) == 0 else reads
        scratch = [buffer(f"s{index}", "scratch")] if draw(st.booleans()) else []
        allowed = draw(st.lists(st.sampled_from(reads), unique=True)) if draw(st.booleans()) else []
        overlaps = [
            over(write, read, draw(st.sampled_from((0, 0, 1, 3, 8)))) for read in allowed for write in writes
        ]
        calls.append(
            KernelCall(
                layer=f"layer{index}",
                kernel="kernel",
                reads=tuple(operands),
                writes=tuple(dict.fromkeys(writes)),
                scratch=tuple(scratch),
                overlaps=tuple(overlaps),
            )
        )
        readable += dict.fromkeys(writes)
        if draw(st.integers(0, 3)) == 0:
            views.append(View(name=f"view{index}", of=draw(st.sampled_from(readable))))
            readable.append(views[-1].name)
    if draw(st.integers(0, 5)) == 0:
        buffer("unused", "value")
    outputs = draw(st.lists(st.sampled_from([*inputs, *readable]), min_size=1, max_size=2, unique=True))
    return Program(
        name="net",
        backend="test",
        isa="plain",
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        calls=tuple(calls),
        buffers=tuple(buffers),
        views=tuple(views),
        constants=(Constant(name="table", dtype="int8", shape=(4,), bytes=4, alignment=1),),
    )
