"""A full disk and a read-only folder under `protonas build`: one line, and the old output whole."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compiler.driver.running import protonas

SPEC = """task classification {
    input [8, 8, 1] uint8 range 0..255 mean 100 std 60
    classes 3
}
target nucleo_l4r5zi { ram <= 4 KiB  flash <= 32 KiB }
arch small {
    conv(choose 4..8 step 4, 3, stride = 2) -> batch_norm -> relu
    global_average_pool -> dense(classes)
}
search { maximize score  minimize macs  trials 4  seed 3  keep 2 }
"""


def _mount(*words: str) -> bool:
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or not _mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)):
        pytest.skip("only root may mount the small file system this needs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _sources(out: Path) -> dict[str, bytes]:
    """What a firmware takes: everything but the objects of the self-tests."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and "build" not in path.relative_to(out).parts
    }


def test_old_output_stays_whole(tmp_path: Path, disk: Path) -> None:
    spec, run, out = tmp_path / "small.nas", tmp_path / "run", disk / "out"
    spec.write_text(SPEC)
    protonas("search", spec, "-o", run, "--jobs", 1)
    protonas("build", run, "-o", out, "--untrained", "--jobs", 1)
    before = _sources(out)
    again = ("build", run, "-o", out, "--untrained", "--target", "microbit_v1", "--jobs", 1)

    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    (disk / "ballast").write_bytes(bytes(free - 100_000))
    done = protonas(*again, expect=1)
    line = rf"protonas: error: cannot write {re.escape(str(out))}/small_[12]: No space left on device"
    assert re.fullmatch(line, done.stderr.splitlines()[-1])
    assert _sources(out) == before

    (disk / "ballast").unlink()
    assert _mount("-o", "remount,ro", str(disk))
    done = protonas(*again, expect=1)
    assert (
        done.stderr.splitlines()[-1]
        == f"protonas: error: cannot write {out / 'small_1'}: Read-only file system"
    )
    assert _sources(out) == before

    assert _mount("-o", "remount,rw", str(disk))
    protonas(*again)
    assert _sources(out) != before
    assert not list(out.rglob(".new-*"))


def test_a_self_test_without_room_is_no_bug_of_ours(tmp_path: Path, disk: Path) -> None:
    spec, out = tmp_path / "small.nas", tmp_path / "out"
    spec.write_text(SPEC)
    for name in ("small_1", "small_2"):
        (out / name).mkdir(parents=True)
        (disk / name).mkdir()
        (out / name / "build").symlink_to(disk / name)
    (disk / "ballast").write_bytes(bytes(os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize))
    done = protonas("build", spec, "-o", out, "--untrained", "--jobs", 1, expect=1)
    reason = "protonas: error: a self-test could not be built on host: No space left on device"
    assert done.stderr.splitlines()[-1] == reason
    assert (out / "small_2/small_2.c").is_file()
