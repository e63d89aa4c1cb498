"""Runs random calls through kernels built with sanitizers. Arguments: a shared object, and how often.

Started by test_sources.py with libasan preloaded, so that NumPy's buffers have red zones.
"""

import ctypes
import sys

from hypothesis import HealthCheck, given, settings

from backends.portable.lower import lower
from compiler.ir.program import Program
from tests.runtime_c.all_cases import all_cases
from tests.runtime_c.drawn_graphs import Case
from tests.runtime_c.kernel_library import run_apart


def main() -> None:
    library = ctypes.CDLL(sys.argv[1])

    @settings(
        max_examples=int(sys.argv[2]), deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=all_cases)
    def run(case: Case) -> None:
        program = lower(case.graph, "plain")
        assert isinstance(program, Program)
        run_apart(library, program, case.inputs)

    run()
    print("clean")


if __name__ == "__main__":
    main()
