"""Worker processes that die with their parent, so that a killed run leaves nobody writing behind it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing.connection import wait

_SINGLE_THREADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "only a worker process watches a parent"
    wait([parent.sentinel])
    os._exit(1)


def _start_worker(initializer: Callable[..., None] | None, arguments: tuple[object, ...]) -> None:
    # Ctrl-C reaches the whole process group: the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    if initializer is not None:
        initializer(*arguments)


def process_pool(
    jobs: int, initializer: Callable[..., None] | None = None, arguments: tuple[object, ...] = ()
) -> Executor:
    """`jobs` spawned processes, each with one BLAS thread (set for this process's children too)."""
    for name, value in _SINGLE_THREADED.items():
        os.environ.setdefault(name, value)
    return ProcessPoolExecutor(
        max_workers=jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
        initargs=(initializer, arguments),
    )
