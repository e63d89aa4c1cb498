"""What a whole spec says: the task, the target and its limits, the space, and how to search it."""

from dataclasses import dataclass, field
from typing import Literal

from searchspace_dsl.encoding import InputEncoding
from searchspace_dsl.limits import Limits
from searchspace_dsl.space import SearchSpace
from searchspace_dsl.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be learned. `input_shape` has no batch. `data` is as written, relative to the spec.

    Where decisions say how large the input is, `input_shape` is the largest that it can be, each side by
    itself, and an Architecture has its own. `resize`: how samples of another size become as large as the
    input; None where they have to be of its size.

    A classification's output is one number a class. A reconstruction (an autoencoder) has 0 classes; its
    output has the shape of its input.
    """

    kind: Literal["classification", "reconstruction"]
    input_shape: tuple[int, ...]
    encoding: InputEncoding
    classes: int
    labels: tuple[str, ...] = ()
    data: str | None = None
    resize: Literal["bilinear", "nearest"] | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRequest:
    """The board by name (looked up by the driver, not here) and limits that tighten it."""

    name: str
    limits: Limits = field(default_factory=Limits)
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """`metric` is a proxy ("score", "naswot", ...) or a cost ("macs", "ram", ...): the driver knows which."""

    metric: str
    direction: Literal["maximize", "minimize"]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """Trials counts every proposal, infeasible ones too; keep is the number of prototypes."""

    objectives: tuple[Objective, ...] = (
        Objective(metric="score", direction="maximize"),
        Objective(metric="macs", direction="minimize"),
    )
    trials: int = 500
    seed: int = 1
    keep: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A checked spec. `name` is the file's stem, `text` the source it came from."""

    name: str
    path: str
    text: str
    task: Task
    target: TargetRequest | None
    search: SearchSettings
    space: SearchSpace
