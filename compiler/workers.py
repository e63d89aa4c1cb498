"""Worker processes that end with their parent or at its word, so that nobody is left writing behind it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait

from compiler.errors import RunError

_SINGLE_THREADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@contextmanager
def process_pool(
    jobs: int, initializer: Callable[..., None] | None = None, arguments: tuple[object, ...] = ()
) -> Iterator[Executor]:
    """`jobs` spawned processes, each with one BLAS thread (set for this process's children too).

    Where the block is left by an exception, Ctrl-C included, the workers end at once, whatever they are at:
    what they write, they write whole. They end likewise when this process is killed. RunError where a worker
    died by itself.
    """
    for name, value in _SINGLE_THREADED.items():
        os.environ.setdefault(name, value)
    context = multiprocessing.get_context("spawn")
    told_to_stop, stop = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(
        max_workers=jobs,
        mp_context=context,
        initializer=_start_worker,
        initargs=(told_to_stop, initializer, arguments),
    )
    try:
        yield pool
    except BrokenExecutor as error:
        raise RunError(
            "a worker process died (out of memory?); the same command goes on from here"
        ) from error
    except BaseException:
        stop.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        stop.close()
        told_to_stop.close()


def _start_worker(
    told_to_stop: Connection, initializer: Callable[..., None] | None, arguments: tuple[object, ...]
) -> None:
    # Ctrl-C reaches the whole process group: the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_when_told, args=(told_to_stop,), daemon=True).start()
    if initializer is not None:
        initializer(*arguments)


def _end_when_told(told_to_stop: Connection) -> None:
    """The other end of `told_to_stop` closes when the parent says so, and when it dies."""
    wait([told_to_stop])
    os._exit(1)
