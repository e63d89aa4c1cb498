"""Whole searches of a small space: killed and resumed, by one process or two, always the same front."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from compiler import plugins
from compiler.cost.measure import Measured, measure
from compiler.errors import RunError
from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.graph import Graph
from compiler.search.evaluate import evaluate
from compiler.search.run import run_search, setting_of
from compiler.search.trial import SearchProgress, SearchResult
from compiler.target import Memory, Target
from searchspace_dsl.architecture import Architecture
from searchspace_dsl.load import load_text
from searchspace_dsl.spec import Spec

SPEC = """
task classification { input [8, 8, 1] uint8 range 0..16  classes 10 }
target board { ram <= 8 KiB  flash <= 64 KiB }
arch small {
    filters = choose 4..24 step 4
    conv(filters, 3, stride = choose {1, 2}) -> batch_norm -> relu
    repeat choose 1..3 {
        depthwise(choose {3, 5}) -> batch_norm -> relu
        conv(filters, 1)         -> batch_norm -> relu
    }
    global_average_pool -> dense(classes)
}
search { maximize score  minimize macs  trials 60  seed 1  keep 3 }
"""
SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_search import BOARD, SPEC
from compiler.search.run import run_search
from searchspace_dsl.load import load_text
if __name__ == "__main__":
    run_search(load_text(SPEC, "small.nas"), "portable", BOARD, Path(sys.argv[1]), jobs=int(sys.argv[2]))
"""
BOARD = Target(
    name="board",
    description="a board",
    core="cortex-m4",
    clock_hz=80_000_000,
    memories=(
        Memory(name="sram", kind="ram", bytes=64 * 1024, source="datasheet"),
        Memory(name="flash", kind="flash", bytes=512 * 1024, source="datasheet"),
    ),
)
P, T = ParamSpec("P"), TypeVar("T")


class InProcess(Executor):
    """Runs what is submitted at once: for tests of what a search says, not of how it runs."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def spec(text: str = SPEC) -> Spec:
    return load_text(text, "small.nas")


def search(folder: Path, text: str = SPEC, **options: object) -> SearchResult:
    return run_search(spec(text), "portable", BOARD, folder, jobs=1, executor=InProcess(), **options)  # type: ignore[arg-type]  # passes on


def start(folder: Path, jobs: int) -> subprocess.Popen[bytes]:
    script = folder.parent / "search_script.py"
    script.write_text(SCRIPT.format(tests=str(Path(__file__).parent)))
    root = str(Path(__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, str(script), str(folder), str(jobs)], env=environment)


def recorded_trials(folder: Path) -> int:
    if not (folder / "study.db").exists():
        return 0
    with sqlite3.connect(f"file:{folder / 'study.db'}?mode=ro", uri=True) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM trials").fetchone()[0])


def kill_after(folder: Path, trials: int, jobs: int) -> None:
    process = start(folder, jobs)
    deadline = time.monotonic() + 60
    while recorded_trials(folder) < trials and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SearchResult]:
    folder = tmp_path_factory.mktemp("whole") / "run"
    process = start(folder, jobs=1)
    assert process.wait() == 0
    return folder, search(folder)


def test_a_search_ends_with_a_front_of_networks_that_fit(whole: tuple[Path, SearchResult]) -> None:
    result = whole[1]
    assert len(result.trials) == 60
    assert 3 <= len(result.front) <= 60
    for trial in result.front:
        assert trial.values is not None
        assert trial.evaluation.costs["ram"] <= 8 * 1024
        assert trial.evaluation.plan is not None
    macs = [trial.values[1] for trial in result.front if trial.values]
    scores = [trial.values[0] for trial in result.front if trial.values]
    by_macs = sorted(zip(macs, scores, strict=True))
    assert by_macs == sorted(by_macs, key=lambda pair: pair[1])


def test_killed_twice_then_resumed_by_two_processes_ends_in_the_same_search(
    whole: tuple[Path, SearchResult], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    kill_after(folder, 7, jobs=2)
    begun = recorded_trials(folder)
    assert 7 <= begun < 60
    kill_after(folder, begun + 11, jobs=1)
    assert begun < recorded_trials(folder) < 60
    assert start(folder, jobs=2).wait() == 0
    assert search(folder) == whole[1]


def test_a_recorded_search_is_read_back_without_evaluating(whole: tuple[Path, SearchResult]) -> None:
    folder, result = whole
    again = run_search(spec(), "portable", BOARD, folder, jobs=1, executor=Refuses())
    assert again == result


class Refuses(Executor):
    """Fails a test that evaluates anything."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        raise AssertionError("nothing is left to evaluate")


def test_what_is_recorded_is_what_evaluation_gives(whole: tuple[Path, SearchResult]) -> None:
    setting = setting_of(spec(), "portable", BOARD)
    for trial in whole[1].trials[:60:7]:
        assert evaluate(setting, trial.vector) == trial.evaluation


def test_the_recorded_plan_is_the_one_code_generation_makes(whole: tuple[Path, SearchResult]) -> None:
    import numpy as np

    best = whole[1].front[0]
    architecture = spec().space.elaborate(np.array(best.vector))
    assert isinstance(architecture, Architecture)
    task = spec().task
    graph = graph_from_architecture(architecture, name="other", encoding=task.encoding, labels=task.labels)
    assert isinstance(graph, Graph)
    measured = measure(graph, plugins.backend("portable"), BOARD)
    assert isinstance(measured, Measured)
    assert measured.plan == best.evaluation.plan


def test_optuna_reads_the_record(whole: tuple[Path, SearchResult]) -> None:
    import optuna

    study = optuna.load_study(study_name="search", storage=f"sqlite:///{whole[0] / 'study.db'}")
    assert [direction.name for direction in study.directions] == ["MAXIMIZE", "MINIMIZE"]
    assert {trial.number for trial in study.best_trials} >= {trial.number for trial in whole[1].front}
    names = {decision.name for decision in spec().space.decisions}
    assert all(set(trial.params) == names for trial in study.trials)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda old: replace(old, search=replace(old.search, seed=2)), "its seed: 1, now: 2"),
        (lambda old: replace(old, text=old.text.replace("24", "28")), "its spec differs in line 5"),
    ],
)
def test_another_search_in_the_same_folder_is_refused(
    whole: tuple[Path, SearchResult], change: Callable[[Spec], Spec], told: str
) -> None:
    with pytest.raises(RunError, match=told):
        run_search(change(spec()), "portable", BOARD, whole[0], jobs=1, executor=Refuses())


def test_another_board_in_the_same_folder_is_refused(whole: tuple[Path, SearchResult]) -> None:
    for board, told in (
        (replace(BOARD, name="other"), "its target: board, now: other"),
        (replace(BOARD, clock_hz=1), "its target board has another clock_hz"),
    ):
        with pytest.raises(RunError, match=told):
            run_search(spec(), "portable", board, whole[0], jobs=1, executor=Refuses())


def test_a_file_that_is_no_record_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "study.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(RunError, match=r"study\.db, cannot be used") as caught:
        search(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_record_of_other_proposals_is_refused(whole: tuple[Path, SearchResult], tmp_path: Path) -> None:
    copy = tmp_path / "study.db"
    copy.write_bytes((whole[0] / "study.db").read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute(
            "UPDATE trial_params SET param_value = 1 - param_value WHERE param_name LIKE '%stride%'"
        )
    with pytest.raises(RunError, match="does not continue as it began"):
        search(tmp_path)


def test_nothing_that_fits_is_a_result_with_reasons(tmp_path: Path) -> None:
    text = (
        SPEC.replace("ram <= 8 KiB", "ram <= 64 B").replace("trials 60", "trials 12").replace("score", "em")
    )
    result = search(tmp_path, text)
    assert result.front == ()
    assert result.reasons[0].kind == "ram"
    assert sum(reason.count for reason in result.reasons) == 12
    assert "64 B" in result.reasons[0].example


def test_what_does_not_fit_is_never_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        SPEC.replace("ram <= 8 KiB", "ram <= 64 B")
        .replace("trials 60", "trials 8")
        .replace("score", "naswot")
    )
    monkeypatch.setattr("compiler.search.evaluate.score_graph", lambda *_: pytest.fail("scored"))
    assert len(search(tmp_path, text).trials) == 8


def test_a_space_smaller_than_the_trials_is_searched_whole(tmp_path: Path) -> None:
    text = SPEC.replace("4..24 step 4", "4..8 step 4").replace("choose 1..3", "2").replace("score", "naswot")
    result = search(tmp_path, text)
    assert len(result.trials) == len({trial.vector for trial in result.trials}) == 2 * 2 * 2 * 2


def test_progress_counts_reference_networks_and_trials(tmp_path: Path) -> None:
    told: list[SearchProgress] = []
    text = SPEC.replace("trials 60", "trials 10")
    result = search(tmp_path, text, progress=told.append)
    assert [step.done for step in told if step.stage == "reference"] == list(range(1, 201))
    trials = [step for step in told if step.stage == "trials"]
    assert [step.done for step in trials] == list(range(1, 11))
    assert trials[-1].total == 10
    assert trials[-1].front == len(result.front)
    assert trials[-1].feasible == sum(trial.values is not None for trial in result.trials)


def test_the_record_is_json_all_the_way(whole: tuple[Path, SearchResult]) -> None:
    with sqlite3.connect(whole[0] / "study.db") as connection:
        rows = connection.execute("SELECT value_json FROM trial_user_attributes").fetchall()
    for (text,) in rows:
        json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_real_and_inactive_coordinates_survive_the_record(tmp_path: Path) -> None:
    text = SPEC.replace("choose 4..24 step 4", "8 * choose { 1, 1 + choose 0.25..2.0 }")
    text = text.replace("trials 60", "trials 16").replace("maximize score", "minimize ram")
    result = search(tmp_path, text)
    inactive = [trial for trial in result.trials if 0.0 in trial.vector]
    drawn = {number for trial in result.trials for number in trial.vector if number != round(number)}
    assert inactive
    assert len(drawn) > 3
    assert run_search(spec(text), "portable", BOARD, tmp_path, jobs=1, executor=Refuses()) == result
