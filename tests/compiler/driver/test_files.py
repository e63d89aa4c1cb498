"""Output is written whole or not at all, and the user's own files stay."""

import os
from pathlib import Path

import pytest

from compiler.errors import RunError
from compiler.files import write_folder, write_text


def test_a_folder_holds_just_what_was_written(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", {"a.c": "one\n", "sub/b.c": "two\n"})
    assert (tmp_path / "out/a.c").read_text() == "one\n"
    assert (tmp_path / "out/sub/b.c").read_text() == "two\n"


def test_files_of_an_earlier_build_go_and_the_users_own_stay(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.c": "one\n", "old.c": "gone\n"})
    (tmp_path / "mine.c").write_text("mine\n")
    write_folder(tmp_path, {"a.c": "two\n"})
    assert (tmp_path / "a.c").read_text() == "two\n"
    assert not (tmp_path / "old.c").exists()
    assert (tmp_path / "mine.c").read_text() == "mine\n"


def test_a_doctored_list_of_files_deletes_nothing_outside(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("keep")
    out = tmp_path / "out"
    write_folder(out, {"a.c": "one\n"})
    (out / ".protonas-files").write_text(f"../precious.txt\n{precious}\n")
    write_folder(out, {"a.c": "two\n"})
    assert precious.read_text() == "keep"


def test_a_file_in_the_way_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("not a folder")
    with pytest.raises(RunError, match=r"^cannot write .*out: "):
        write_folder(tmp_path / "out", {"a.c": "one\n"})
    assert (tmp_path / "out").read_text() == "not a folder"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    write_text(target, "old")
    full = os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr("compiler.files.tempfile.mkstemp", lambda **_: (full, str(tmp_path / "staged")))
    with pytest.raises(RunError, match="No space left"):
        write_text(target, "new" * 10000)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
