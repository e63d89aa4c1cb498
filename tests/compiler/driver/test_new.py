"""`protonas new`: what it writes is a spec that checks, fits and is formatted, and nothing is overwritten."""

from pathlib import Path

import pytest

from compiler import plugins
from compiler.driver.cli import main
from compiler.target_file import list_targets
from searchspace_dsl.format import format_text
from searchspace_dsl.load import load_spec
from tests.compiler.driver.running import protonas

TASKS = ("classification", "timeseries")
BOARDS = [target.name for target in list_targets(plugins.target_folders())]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("task", TASKS)
def test_every_start_checks(task: str, board: str) -> None:
    assert main(["new", "my-spec", "--task", task, "--target", board]) == 0
    assert main(["check", "my-spec.nas", "--no-sample"]) == 0
    spec = load_spec(Path("my-spec.nas"))
    assert spec.target is not None and spec.target.name == board
    assert spec.target.limits.ram_bytes is not None
    assert format_text(spec.text, "my-spec.nas") == spec.text


@pytest.mark.parametrize("task", TASKS)
def test_a_start_fits_the_smallest_board_at_least_in_part(task: str) -> None:
    protonas("new", "small", "--task", task, "--target", "microbit_v1")
    shown = protonas("check", "small.nas", "--jobs", 1).stdout
    assert "random networks fit" in shown and not shown.startswith("0.0%")


def test_a_board_of_ones_own_is_named_by_its_file(tmp_path: Path) -> None:
    [folder, *_] = plugins.target_folders()
    own = tmp_path / 'a "board".toml'
    own.write_text((folder / "nucleo_l4r5zi.toml").read_text())
    assert main(["new", "own", "--target", own.name]) == 0
    assert main(["check", "own.nas", "--no-sample"]) == 0


@pytest.mark.parametrize(
    "name",
    ["", "..", "../up", "/tmp/x", "a b", "-x", ".hidden", "a\nb", "größe", "CON", "a" * 65, "$x", "x/y.nas"],
)
def test_a_hostile_name_is_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--", name]) == 2
    assert "is no name for a spec" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.nas").write_text("// mine")
    Path("link.nas").symlink_to(tmp_path / "nowhere")
    assert main(["new", "mine"]) == main(["new", "link.nas"]) == 1
    assert "mine.nas exists already" in capsys.readouterr().err
    assert Path("mine.nas").read_text() == "// mine" and not (tmp_path / "nowhere").exists()


def test_an_unknown_board_is_answered_with_near_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "kws", "--target", "nucleo_l4r5z"]) == 1
    assert "did you mean nucleo_l4r5zi" in capsys.readouterr().err
