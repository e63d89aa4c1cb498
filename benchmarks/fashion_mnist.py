"""How well and how fast the prototypes of examples/fashion_mnist.nas are trained, one by one, on one thread.

Run from the repository's root: python -m benchmarks.fashion_mnist ../shared/data/fashion_mnist.npz
A run that was interrupted goes on where it stopped; its times are then of what was left to do.
"""

import argparse
import time
from pathlib import Path

from compiler.driver.cli import make_parser
from compiler.driver.console import Console
from compiler.driver.job import Job, job_from_spec
from compiler.driver.prototype import Prototype, PrototypeTask, make_prototype
from compiler.driver.search import search
from compiler.driver.train import best_on_validation
from compiler.driver.training import tasks_for
from compiler.train.settings import EpochProgress

SPEC = Path("examples/fashion_mnist.nas")


def timed(task: PrototypeTask) -> tuple[Prototype, float, float]:
    """A prototype; seconds of wall clock and of processor from the start to its last epoch."""
    start, processor = time.monotonic(), time.process_time()
    ends: list[tuple[float, float]] = []

    def progress(epoch: EpochProgress) -> None:
        ends.append((time.monotonic() - start, time.process_time() - processor))
        print(f"  {task.name} epoch {epoch.epoch}/{epoch.epochs} {epoch.validation_accuracy:.2%}", flush=True)

    prototype = make_prototype(task, progress)
    return prototype, *(ends[-1] if ends else (0.0, 0.0))


def job_for(data: Path, run: Path) -> Job:
    given = ["search", str(SPEC), "--data", str(data), "-o", str(run)]
    return job_from_spec(SPEC, make_parser().parse_args(given))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="fashion_mnist.npz")
    parser.add_argument("-o", "--output", type=Path, default=Path("build/fashion_mnist_benchmark"))
    arguments = parser.parse_args()
    job = job_for(arguments.data, arguments.output)
    _, chosen = search(job, arguments.output, jobs=1, console=Console(json=False))
    made = [timed(task) for task in tasks_for(job, chosen, arguments.output, train=True)]
    best = best_on_validation([prototype for prototype, _, _ in made])
    print("prototype              MACs  parameters  wall s  processor s  validation int8  test int8")
    for prototype, wall, processor in made:
        mark = "*" if prototype is best else " "
        size = f"{prototype.macs:9,} {prototype.parameters:11,}"
        print(f"{prototype.name} {mark} {size} {wall:7.0f} {processor:12.0f} {accuracies(prototype)}")
    print("* best on validation")


def accuracies(prototype: Prototype) -> str:
    scores = prototype.scores
    assert scores is not None, "trained prototypes have scores"
    return f"{scores.validation.accuracy:16.2%} {scores.test_integer.accuracy:10.2%}"


if __name__ == "__main__":
    main()
