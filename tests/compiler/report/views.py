"""Report views for the tests, with room for hostile names everywhere."""

from compiler.ir.plan import MemoryPlan, Placement
from compiler.report.view import (
    Axis,
    Candidate,
    Confusion,
    EpochPoint,
    Fact,
    Front,
    LayerRow,
    Memory,
    Prototype,
    Rejection,
    RunReport,
    Training,
)


def plan(buffer: str = "conv_1.out", *, lower_bound_bytes: int = 3000) -> MemoryPlan:
    return MemoryPlan(
        placements=(
            Placement(buffer="input", region="arena", offset=0, bytes=1000, first=-1, last=0),
            Placement(buffer=buffer, region="arena", offset=1000, bytes=2000, first=0, last=1),
            Placement(buffer="output", region="arena", offset=0, bytes=10, first=1, last=2),
            Placement(buffer="kept", region="state", offset=0, bytes=99, first=-1, last=2),
        ),
        arena_bytes=3000,
        state_bytes=99,
        lower_bound_bytes=lower_bound_bytes,
    )


def memory(name: str = "conv_1") -> Memory:
    return Memory(plan=plan(name), calls=(name, "dense"))


def front(name: str = "digits_1", *, label: str = "score") -> Front:
    dominated = tuple(
        Candidate(name=f"{name} {index}", x=float(index), y=9000.0 + index, kind="dominated")
        for index in range(5)
    )
    return Front(
        x=Axis(label=label, maximize=True),
        y=Axis(label="MACs", quantity="count"),
        candidates=(
            *dominated,
            Candidate(name=name, x=5.0, y=1000.0, kind="prototype"),
            Candidate(name="other", x=5.5, y=1500.0, kind="front"),
            Candidate(name="disconnected", x=float("-inf"), y=1.0, kind="dominated"),
        ),
    )


def confusion(label: str = "seven", classes: int = 3) -> Confusion:
    return Confusion(
        labels=(label, *(f"class {index}" for index in range(1, classes))),
        counts=tuple(tuple(20 if i == j else (i + j) % 2 for j in range(classes)) for i in range(classes)),
    )


def training(epochs: int = 6) -> Training:
    return Training(
        epochs=tuple(
            EpochPoint(
                epoch=epoch,
                train_loss=2 / epoch,
                train_accuracy=1 - 0.9 / epoch,
                validation_loss=2.2 / epoch,
                validation_accuracy=1 - 0.8 / epoch,
            )
            for epoch in range(1, epochs + 1)
        ),
        best_epoch=epochs,
    )


def prototype(name: str = "digits_1", *, random_weights: bool = False) -> Prototype:
    return Prototype(
        name=name,
        ram_bytes=3099,
        flash_bytes=20_000,
        macs=123_456,
        macs_left=123_456,
        parameters=3858,
        cycles=600_000,
        latency_us=7500.0,
        float_accuracy=0.9861,
        integer_accuracy=0.9833,
        balanced_accuracy=0.98,
        random_weights=random_weights,
        code_path=f"build/{name}",
        decisions=(Fact(label=name, value=name),),
        layers=(
            LayerRow(
                name=name, kernel="conv_s8", shape=(8, 8, 16), macs=9, ram_bytes=8, flash_bytes=7, cycles=6
            ),
        ),
        memory=memory(name),
        confusion=confusion(name),
        training=training(),
    )


def report(name: str = "digits_1") -> RunReport:
    return RunReport(
        title=f"{name}.nas",
        version="0.1.0",
        facts=(Fact(label="target", value=name),),
        trials=500,
        front=front(name, label=name),
        rejections=(Rejection(reason=name, count=70), Rejection(reason="latency", count=5)),
        prototypes=(prototype(name), prototype("second", random_weights=True)),
        notes=(name,),
    )
