"""Makes the chosen prototypes in worker processes and shows how far each is."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from queue import Empty
from typing import Any

from compiler.driver.console import Console
from compiler.driver.prototype import Prototype, PrototypeTask, make_prototype
from compiler.train.settings import EpochProgress
from compiler.workers import process_pool

_POLL_S = 0.1
_messages: Any = None
_Futures = Sequence[Future[Prototype]]


def make_prototypes(tasks: Sequence[PrototypeTask], *, jobs: int, console: Console) -> tuple[Prototype, ...]:
    """One prototype for each task, in order; whatever the number of jobs, the same."""
    messages = multiprocessing.get_context("spawn").Queue()
    latest: dict[str, EpochProgress] = {}
    with process_pool(min(jobs, len(tasks)), _connect, (messages,)) as pool:
        futures = [pool.submit(_make, task) for task in tasks]
        pending: set[Future[Prototype]] = set(futures)
        while pending:
            done, pending = wait(pending, timeout=_POLL_S, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
            if _drain(messages, latest):
                console.progress(_describe(tasks, latest, futures))
    _drain(messages, latest)
    if latest:
        console.progress(_describe(tasks, latest, futures), done=True)
    return tuple(future.result() for future in futures)


def _connect(messages: Any) -> None:
    global _messages
    _messages = messages


def _make(task: PrototypeTask) -> Prototype:
    return make_prototype(task, lambda epoch: _messages.put((task.name, epoch)))


def _drain(messages: Any, latest: dict[str, EpochProgress]) -> bool:
    news = False
    while True:
        try:
            name, epoch = messages.get_nowait()
        except Empty:
            return news
        latest[name] = epoch
        news = True


def _describe(tasks: Sequence[PrototypeTask], latest: dict[str, EpochProgress], futures: _Futures) -> str:
    under_way = [
        f"{task.name} epoch {epoch.epoch}/{epoch.epochs} {epoch.validation_accuracy:.1%}"
        for task, future in zip(tasks, futures, strict=True)
        if (epoch := latest.get(task.name)) is not None and not future.done()
    ]
    finished = sum(future.done() for future in futures)
    line = f"train   {finished} of {len(tasks)} done"
    return f"{line}; accuracy on validation: {', '.join(under_way)}" if under_way else line
