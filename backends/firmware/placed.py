"""Where a request's buffers lie, by name."""

from compiler.backend import FirmwareRequest
from compiler.ir.plan import Placement
from compiler.ir.program import Program


def resolve(program: Program, name: str) -> str:
    """The buffer behind a name: views lead to what they are views of."""
    views = {view.name: view.of for view in program.views}
    while name in views:
        name = views[name]
    return name


def placements(request: FirmwareRequest) -> dict[str, Placement]:
    """Placement of every buffer by name."""
    return {placement.buffer: placement for placement in request.plan.placements}
