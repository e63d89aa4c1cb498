"""The instruction-counting QEMU plugin: compiled from source at first use, and kept in the user's cache."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from compiler.errors import RunError

SOURCE = Path(__file__).parent / "count_calls.c"
FLAGS = ("-O2", "-std=c11", "-shared", "-fPIC")
_VERSION = re.compile(r"version (\d+)\.(\d+)")


def counting_plugin(qemu: str = "qemu-system-arm") -> Path:
    """The plugin as a shared object for this QEMU, built where the cache holds none.

    RunError, in one line, where there is no C compiler, it fails, or the cache cannot be written.
    """
    flags = (*FLAGS, f"-DPLUGIN_API={plugin_api(qemu)}")
    digest = hashlib.sha256(SOURCE.read_bytes() + " ".join(flags).encode()).hexdigest()[:16]
    folder = cache_folder()
    path = folder / f"count_calls-{digest}.so"
    if path.is_file():
        return path
    compiler = shutil.which("cc")
    if compiler is None:
        raise RunError(
            "counting needs a C compiler: cc is not installed (Debian: apt-get install gcc libc6-dev)"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            built = Path(scratch) / path.name
            _compile([compiler, *flags, "-o", str(built), str(SOURCE)])
            built.replace(path)
    except OSError as error:
        raise RunError(f"cannot keep the counting plugin in {folder}: {error.strerror or error}") from error
    return path


def plugin_api(qemu: str) -> int:
    """The version of the plugin API to ask for: QEMU 9 refuses the first. RunError where QEMU can't tell."""
    try:
        done = subprocess.run([qemu, "--version"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise RunError(f"cannot run {qemu}: {error.strerror or error}") from error
    found = _VERSION.search(done.stdout)
    if found is None:
        raise RunError(f"{qemu} --version does not tell its version")
    return 1 if int(found[1]) < 9 else 2


def cache_folder() -> Path:
    """$XDG_CACHE_HOME/protonas, by default ~/.cache/protonas."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path("~/.cache").expanduser()) / "protonas"


def _compile(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines()
        raise RunError(f"cannot build the counting plugin: {errors[0] if errors else 'cc failed'}")
