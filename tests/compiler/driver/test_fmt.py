"""`protonas fmt`: files in place, whole or not at all; a wrong file is left as it is."""

import json
import subprocess
from pathlib import Path

import pytest

from compiler.driver import fmt
from compiler.driver.cli import main
from tests.compiler.driver.running import command

UGLY = "arch  a{relu->relu6} // it\n"
NICE = "arch a { relu -> relu6 }  // it\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ugly.nas").write_text(UGLY)
    (tmp_path / "nice.nas").write_text(NICE)
    (tmp_path / "wrong.nas").write_text("arch a { relu ->")
    return tmp_path


def written(path: Path) -> tuple[int, int]:
    """Which file it is and when it was last written; reading it changes neither."""
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns


def test_only_files_that_change_are_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = written(folder / "nice.nas")
    (folder / "ugly.nas").chmod(0o600)
    assert main(["fmt", f"{folder}/ugly.nas", f"{folder}/nice.nas"]) == 0
    assert (folder / "ugly.nas").read_text() == NICE
    assert (folder / "ugly.nas").stat().st_mode & 0o777 == 0o600
    assert written(folder / "nice.nas") == before
    assert capsys.readouterr().out == f"formatted {folder}/ugly.nas\n"


def test_check_lists_what_would_change_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fmt", "--check", f"{folder}/ugly.nas", f"{folder}/nice.nas"]) == 1
    shown = capsys.readouterr()
    assert shown.out == f"would change {folder}/ugly.nas\n"
    assert "1 of 2 files would change" in shown.err
    assert (folder / "ugly.nas").read_text() == UGLY
    assert main(["fmt", "--check", f"{folder}/nice.nas"]) == 0


def test_a_wrong_file_stays_and_the_others_are_formatted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fmt", f"{folder}/wrong.nas", f"{folder}/missing.nas", f"{folder}/ugly.nas"]) == 1
    told = capsys.readouterr().err
    assert "wrong.nas:1:17: error[NAS002]" in told and "missing.nas:1:1: error[NAS001]" in told
    assert (folder / "wrong.nas").read_text() == "arch a { relu ->"
    assert (folder / "ugly.nas").read_text() == NICE


def test_a_link_stays_a_link(folder: Path) -> None:
    link = folder / "link.nas"
    link.symlink_to("ugly.nas")
    assert main(["fmt", str(link)]) == 0
    assert link.is_symlink() and (folder / "ugly.nas").read_text() == NICE


def test_line_ends_and_byte_order_mark_become_plain(folder: Path) -> None:
    (folder / "ugly.nas").write_bytes(b"\xef\xbb\xbf" + UGLY.replace("\n", "\r\n").encode())
    assert main(["fmt", str(folder / "ugly.nas")]) == 0
    assert (folder / "ugly.nas").read_bytes() == NICE.encode()


@pytest.mark.parametrize(("options", "text", "code", "shown"), [
    ([], UGLY, 0, NICE), ([], NICE, 0, NICE), (["--check"], UGLY, 1, ""), (["--check"], NICE, 0, ""),
    ([], "arch {", 1, ""), (["more.nas"], UGLY, 2, ""),
])  # fmt: skip
def test_standard_input_goes_to_standard_output(options: list[str], text: str, code: int, shown: str) -> None:
    done = subprocess.run(
        command("fmt", "-", *options), input=text, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (code, shown)
    assert "Traceback" not in done.stderr


def test_json_lists_what_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "--json", f"{folder}/ugly.nas", f"{folder}/nice.nas"]) == 0
    assert json.loads(capsys.readouterr().out) == {"changed": [f"{folder}/ugly.nas"]}


def test_a_bug_that_would_change_a_spec_changes_no_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fmt, "format_text", lambda text, file: "arch a { relu }\n")
    assert main(["fmt", f"{folder}/ugly.nas"]) == 70
    assert "would change what it says" in capsys.readouterr().err
    assert (folder / "ugly.nas").read_text() == UGLY
