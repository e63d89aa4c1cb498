"""Takes a network's inputs out of the arena: into a block of the caller's, in whatever memory that lies."""

from dataclasses import replace

from compiler.ir.program import Program
from compiler.memory.lifetimes import storage_of
from searchspace_dsl.infeasible import Infeasible


def move_inputs(program: Program) -> Program | Infeasible:
    """The program with inputs that no call writes and no other buffer shares bytes with.

    Infeasible where an output is an input under another name, which would have to be in both blocks.
    """
    storage = storage_of(program.buffers, program.views)
    inputs = {storage[name] for name in program.inputs}
    both = [name for name in program.outputs if storage[name] in inputs]
    if both:
        return Infeasible(
            "no kernel", f"output {both[0]!r} is an input, so inputs cannot lie outside the arena"
        )
    return replace(
        program,
        buffers=tuple(
            replace(buffer, kind="outside") if buffer.name in inputs else buffer for buffer in program.buffers
        ),
    )
