"""What a report shows, as plain values: the driver fills these in, the report decides how they look."""

from dataclasses import dataclass
from typing import Literal

from compiler.ir.plan import MemoryPlan

Quantity = Literal["number", "count", "bytes", "fraction", "microseconds", "microjoules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of the report's head, such as target and its limits; both parts are shown as they are."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One objective. `quantity` says how its values are written."""

    label: str
    quantity: Quantity = "number"
    maximize: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One trial that fits. `name` identifies it in hover titles, and labels it where it is a prototype."""

    name: str
    x: float
    y: float
    kind: Literal["dominated", "front", "prototype"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """Trials by two objectives. Those without finite values are counted, not drawn."""

    x: Axis
    y: Axis
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """How many candidates were turned down for one reason (the kind of an Infeasible)."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """`counts[i][j]`: test samples of class i that were taken for class j; as many rows as labels."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        assert len(self.counts) == len(self.labels)
        assert all(len(row) == len(self.labels) for row in self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochPoint:
    """One epoch of training, counted from 1; accuracies are fractions."""

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """The epochs that ran, and the one whose weights were kept (0 where none was)."""

    epochs: tuple[EpochPoint, ...]
    best_epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One kernel call. `shape` is its output's; `ram_bytes` all that is live while it runs."""

    name: str
    kernel: str
    shape: tuple[int, ...]
    macs: int
    ram_bytes: int
    flash_bytes: int
    cycles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A plan and the layer of each kernel call in order, which the placements' first and last count."""

    plan: MemoryPlan
    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prototype:
    """One network that was kept. Accuracies are fractions of the test samples, None where not measured.

    `macs_left`: of the kernel calls, without what never varies. `random_weights`: the network was not
    trained. `code_path` is shown, not linked. `decisions` name what the search chose.
    """

    name: str
    ram_bytes: int
    flash_bytes: int
    macs: int
    macs_left: int
    parameters: int
    cycles: int
    latency_us: float
    energy_uj: float | None = None
    float_accuracy: float | None = None
    integer_accuracy: float | None = None
    balanced_accuracy: float | None = None
    random_weights: bool = False
    code_path: str
    decisions: tuple[Fact, ...] = ()
    layers: tuple[LayerRow, ...] = ()
    memory: Memory | None = None
    confusion: Confusion | None = None
    training: Training | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """A whole run. `title` is the spec's name; `trials` counts all candidates, rejected ones included."""

    title: str
    version: str
    facts: tuple[Fact, ...]
    trials: int
    front: Front | None
    rejections: tuple[Rejection, ...]
    prototypes: tuple[Prototype, ...]
    notes: tuple[str, ...] = ()
