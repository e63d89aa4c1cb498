"""Running the command line as a user does."""

import importlib.util
import os
import subprocess
import sys

import pytest

needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")


def command(*words: object) -> list[str]:
    """The command line that runs protonas with these words in this interpreter."""
    return [sys.executable, "-m", "compiler.driver.cli", *map(str, words)]


def protonas(*words: object, expect: int = 0) -> subprocess.CompletedProcess[str]:
    """Runs protonas to its end and checks its exit code; whatever happens, there is no traceback."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command(*words), capture_output=True, text=True, timeout=600, env=environment, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == expect, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    return done
