"""kill -9 at any moment, then the same command: the same front, the same C, as if nothing had happened."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from tests.compiler.driver.running import command, needs_torch, protonas

SPACIOUS = """task classification { input [12, 12, 1] uint8  classes 4 }
target nucleo_l4r5zi { ram <= 4 KiB }
arch net {
    width = choose 4..16 step 2
    conv(width, 3) -> batch_norm -> relu
    repeat choose 1..4 {
        residual { depthwise(choose {3, 5}) -> batch_norm -> relu -> conv(width, 1) -> batch_norm }
    }
    global_average_pool -> dense(classes)
}
search { maximize score  minimize macs  trials 200  seed 5 }
"""


def _kill_once(path_appears: Path, words: list[object], *, after_s: float = 0.0) -> None:
    """Starts protonas, waits until a file is there and a moment more, and kills it with SIGKILL."""
    process = subprocess.Popen(command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not path_appears.exists():
        assert process.poll() is None, f"ended before {path_appears} was there"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(after_s)
    assert process.poll() is None, "ended before it could be killed"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def _front(folder: Path, spec: Path) -> object:
    return json.loads(protonas("search", spec, "-o", folder, "--json").stdout)["front"]


@pytest.mark.parametrize("after_s", [0.3, 1.2])
def test_killed_while_searching(spec: Path, tmp_path: Path, after_s: float) -> None:
    spec.write_text(spec.read_text().replace("trials 40", "trials 200"))
    whole = _front(tmp_path / "whole", spec)
    words: list[object] = ["search", spec, "-o", tmp_path / "cut", "--jobs", 1]
    _kill_once(tmp_path / "cut/study.db", words, after_s=after_s)
    assert _front(tmp_path / "cut", spec) == whole


@needs_torch
def test_killed_while_training(spec: Path, tmp_path: Path) -> None:
    protonas("build", spec, "-o", tmp_path / "whole", "--jobs", 2)
    words: list[object] = ["build", spec, "-o", tmp_path / "cut", "--jobs", 2]
    checkpoints = tmp_path / "cut/run/checkpoints"
    protonas("search", spec, "-o", tmp_path / "cut/run")
    _kill_once(checkpoints, words, after_s=0.5)
    assert any(checkpoints.iterdir())
    protonas(*words)
    for name in ("quarters_1", "quarters_2"):
        for first in sorted((tmp_path / "whole" / name).glob("*.*")):
            assert first.read_bytes() == (tmp_path / "cut" / name / first.name).read_bytes(), first.name


@pytest.mark.full
def test_killed_twenty_times_at_random_moments(spec: Path, tmp_path: Path) -> None:
    spec.write_text(SPACIOUS)
    whole = _front(tmp_path / "whole", spec)
    words: list[object] = ["search", spec, "-o", tmp_path / "cut", "--jobs", 2]
    moments = np.random.default_rng(20).uniform(0.5, 3.0, 20)
    survived = 0
    for moment in moments:
        process = subprocess.Popen(command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=moment)
            survived += 1
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    assert survived < len(moments), "every run ended before it could be killed"
    assert _front(tmp_path / "cut", spec) == whole


@pytest.mark.full
def test_any_number_of_jobs_finds_the_same_front(spec: Path, tmp_path: Path) -> None:
    spec.write_text(SPACIOUS)
    fronts = [
        json.loads(protonas("search", spec, "-o", tmp_path / str(jobs), "--jobs", jobs, "--json").stdout)
        for jobs in (1, 2, 4)
    ]
    assert fronts[0] == fronts[1] == fronts[2]
