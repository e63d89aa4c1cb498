"""What outlives a run while a file is read: states by variable tensor, and by the name of a variable."""

from collections.abc import Callable
from dataclasses import replace

from compiler.frontends.tflite.refusal import Broken
from compiler.ir.graph import State
from compiler.ir.tensor import Tensor

_HANDLE = Tensor(shape=(1,), dtype="int32")


class States:
    """`define` makes a name of a hint and types it. Handles are names, too, that no node may read."""

    def __init__(self, define: Callable[[str, Tensor], str]) -> None:
        self._define = define
        self._states: dict[str, State] = {}
        self._of_tensor: dict[int, tuple[str, Tensor]] = {}
        self._handles: dict[str, str] = {}
        self._containers: dict[str, str] = {}
        self._variables: dict[str, tuple[str, Tensor]] = {}
        self._started: set[str] = set()

    def of_tensor(self, index: int, hint: str, tensor: Tensor, initial: int) -> str:
        """The state that is a variable tensor of the file, the same for all that name it. Broken where they
        see it in different types."""
        if index not in self._of_tensor:
            name = self._define(hint, tensor)
            self._of_tensor[index] = (name, tensor)
            self._states[name] = State(name=name, initial=initial)
            self._started.add(name)
        name, typed = self._of_tensor[index]
        if typed != tensor:
            raise Broken(f"state {name!r:.80} is used in two shapes")
        return name

    def container_of(self, variable: str) -> str | None:
        """Where the variable of this name was said to be; None for a new one."""
        return self._containers.get(variable)

    def handle(self, variable: str, container: str, hint: str) -> str:
        """The handle of the variable of this name."""
        if variable not in self._handles:
            self._handles[variable] = self._define(f"{hint}/handle", _HANDLE)
            self._containers[variable] = container
        return self._handles[variable]

    def variable(self, handle: str, hint: str, tensor: Tensor) -> tuple[str, Tensor] | None:
        """The state behind a handle and its type, which is `tensor` for its first user; None for no
        handle."""
        if handle not in self._handles.values():
            return None
        if handle not in self._variables:
            name = self._define(hint, tensor)
            self._states[name] = State(name=name)
            self._variables[handle] = (name, tensor)
        return self._variables[handle]

    def start(self, state: str, initial: int) -> None:
        """What a variable holds before the first run: its first assignment says."""
        if state not in self._started:
            self._started.add(state)
            self._states[state] = replace(self._states[state], initial=initial)

    def is_unset(self, handle: str) -> bool:
        """Whether the variable behind a handle is used, and nothing says what it holds at first."""
        return handle in self._variables and self._variables[handle][0] not in self._started

    def named(self, names: set[str]) -> tuple[State, ...]:
        """Those among the names, in order."""
        return tuple(state for state in self._states.values() if state.name in names)

    def __contains__(self, name: object) -> bool:
        return name in self._states
