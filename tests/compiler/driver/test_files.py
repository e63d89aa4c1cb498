"""Output is written whole or not at all, and the user's own files stay."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.errors import RunError
from compiler.files import write_folder, write_folders, write_text


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


@pytest.mark.parametrize("later", [{"a.c": "two\n", "b.c": "one\n"}, {"b.c": "one\n"}])
def test_a_file_that_was_edited_is_not_lost(tmp_path: Path, later: dict[str, str]) -> None:
    """It would change, or go. Nothing at all is written, to no folder."""
    write_folder(tmp_path / "x", {"a.c": "one\n", "b.c": "one\n"})
    (tmp_path / "x/a.c").write_text("mine\n")
    before = _content(tmp_path)
    with pytest.raises(RunError, match=r"edited since protonas wrote it: .*x/a\.c; so that no edit is lost"):
        write_folders({tmp_path / "y": {"c.c": "new\n"}, tmp_path / "x": later})
    assert _content(tmp_path) == before and not (tmp_path / "y").exists()
    (tmp_path / "x/a.c").rename(tmp_path / "x/mine.c")
    write_folder(tmp_path / "x", later)
    assert (tmp_path / "x/mine.c").read_text() == "mine\n"


def test_what_was_edited_to_the_same_or_only_got_other_line_ends_is_no_edit(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.c": "one\n", "b.c": "one\n", "gone.c": "one\n"})
    (tmp_path / "a.c").write_text("two\n")
    (tmp_path / "b.c").write_bytes(b"one\r\n")
    (tmp_path / "gone.c").unlink()
    write_folder(tmp_path, {"a.c": "two\n", "b.c": "three\n"})
    assert _content(tmp_path).keys() == {"a.c", "b.c", ".protonas-files"}
    assert (tmp_path / "b.c").read_bytes() == b"three\n"


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_a_file_of_the_users_is_not_overwritten(tmp_path: Path, kind: str) -> None:
    """Whatever has the name of a file to come. Nothing at all is written, to no folder."""
    mine = tmp_path / "x/sub/Makefile"
    mine.parent.mkdir(parents=True)
    match kind:
        case "file":
            mine.write_text("mine\n")
        case "folder":
            mine.mkdir()
        case _:
            mine.symlink_to("nowhere")
    before, held = sorted(tmp_path.rglob("*")), _content(tmp_path)
    with pytest.raises(
        RunError, match=r"^not written by protonas: .*x/sub/Makefile; move it away or give anoth"
    ):
        write_folders(
            {tmp_path / "y": {"c.c": "new\n"}, tmp_path / "x": {"sub/Makefile": "a\n", "b.c": "\n"}}
        )
    assert sorted(tmp_path.rglob("*")) == before and _content(tmp_path) == held
    mine.rename(tmp_path / "x/sub/GNUmakefile")
    write_folder(tmp_path / "x", {"sub/Makefile": "a\n"})
    write_folder(tmp_path / "x", {"sub/Makefile": "b\n"})
    assert (tmp_path / "x/sub/Makefile").read_text() == "b\n"


def test_of_many_files_of_the_users_a_few_are_named(tmp_path: Path) -> None:
    files = {f"{name}.c": f"{name}\n" for name in "abcde"}
    for name in files:
        (tmp_path / name).write_text("mine\n")
    with pytest.raises(RunError, match=r": [^ ]*a\.c, [^ ]*b\.c, [^ ]*c\.c and 2 more; "):
        write_folder(tmp_path, files)
    assert _content(tmp_path) == dict.fromkeys(files, b"mine\n")


def test_a_file_of_the_users_that_would_not_change_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_bytes(b"one\r\n")
    write_folder(tmp_path, {"a.c": "one\n"})
    write_folder(tmp_path, {"a.c": "two\n"})
    assert (tmp_path / "a.c").read_text() == "two\n"


def test_a_doctored_list_of_files_deletes_nothing_outside(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("keep")
    out = tmp_path / "out"
    write_folder(out, {"a.c": "one\n"})
    digest = hashlib.sha256(b"keep").hexdigest()
    with (out / ".protonas-files").open("a") as listed:
        listed.write(f"{digest}  ../precious.txt\n{digest}  {precious}\nprecious.txt\n")
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


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


FIRST = {"a.c": "one\n", "sub/b.c": "two\n", "gone.c": "three\n"}
SECOND = {"a.c": "other\n" * 5000, "new/c.c": "more\n" * 20000, "sub/b.c": "other\n"}


@pytest.mark.parametrize("blocks", [1, 20, 60, 100])
def test_files_that_cannot_be_written_leave_every_old_one(tmp_path: Path, blocks: int) -> None:
    """A limit on file sizes stands for a full disk: it strikes wherever the first longer file is."""
    write_folder(tmp_path / "out/x", FIRST)
    write_folder(tmp_path / "out/y", FIRST)
    before = _content(tmp_path)
    code = (
        "import resource, sys; from pathlib import Path; from compiler.errors import RunError\n"
        "from compiler.files import write_folders; from tests.compiler.driver.test_files import SECOND\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({blocks} * 1000,) * 2)\n"
        f"out = Path({str(tmp_path / 'out')!r})\n"
        "try: write_folders({out / 'x': {'a.c': 'short'}, out / 'y': SECOND, out / 'z': {'a.c': 'short'}})\n"
        "except RunError as error: print(error)\n"
    )
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root, env=environment
    )
    if blocks < 100:
        assert done.stdout == f"cannot write {tmp_path / 'out/y'}: File too large\n"
        assert _content(tmp_path) == before
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["x", "y"]
    else:
        assert done.stdout == ""
        assert (tmp_path / "out/x/a.c").read_text() == (tmp_path / "out/z/a.c").read_text() == "short"
        written = {name for name in _content(tmp_path / "out/y") if not name.startswith(".")}
        assert written == set(SECOND)


@pytest.mark.parametrize("last", range(11))
def test_a_failure_while_files_are_put_in_place_puts_the_old_ones_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    write_folder(tmp_path / "x", FIRST)
    write_folder(tmp_path / "y", FIRST)
    (tmp_path / "y/mine.c").write_text("mine\n")
    before = _content(tmp_path)
    replace, done = Path.replace, []

    def fails_later(path: Path, to: Path) -> Path:
        if "/.new-" in str(path) and "/old/" not in str(path) and len(done) == last:
            raise OSError(5, "Input/output error")
        done.append(to)
        return replace(path, to)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fails_later)
        with pytest.raises(RunError, match=r"^cannot write .*[xyz]: Input/output error$"):
            write_folders(
                {tmp_path / "x": {"a.c": "1"}, tmp_path / "y": SECOND, tmp_path / "z": {"a.c": "1"}}
            )
    assert _content(tmp_path) == before
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_dir()) == ["sub", "sub", "x", "y"]


class Killed(BaseException):
    pass


@pytest.mark.parametrize("later", [SECOND, FIRST, {"other.c": "x\n"}])
@pytest.mark.parametrize("first", [{}, FIRST])
def test_what_a_killed_call_left_is_no_file_of_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: dict[str, str], later: dict[str, str]
) -> None:
    """Killed before any of its steps, with nothing put back: the same call and another one go on."""
    for steps in range(6 if first else 5):
        out = tmp_path / str(steps)
        write_folder(out, first)
        (out / "mine.c").write_text("mine\n")
        with monkeypatch.context() as patch:
            _kill_after(steps, patch)
            with pytest.raises(Killed):
                write_folder(out, SECOND)
        write_folder(out, later)
        left = {name: held for name, held in _content(out).items() if not name.startswith(".")}
        assert left == {"mine.c": b"mine\n", **{name: text.encode() for name, text in later.items()}}
        listed = (out / ".protonas-files").read_text().splitlines()
        assert [line[66:] for line in listed] == sorted(later)
        (out / next(iter(later))).write_text("edited\n")
        with pytest.raises(RunError, match="edited since protonas wrote it"):
            write_folder(out, {})


def _kill_after(steps: int, patch: pytest.MonkeyPatch) -> None:
    """From the step after so many on, nothing moves, goes or is put back any more."""
    left = iter(range(steps))

    def mortal(do: Callable[..., object]) -> Callable[..., object]:
        def step(*words: object, **options: object) -> object:
            if next(left, None) is None:
                raise Killed
            return do(*words, **options)

        return step

    patch.setattr(Path, "replace", mortal(Path.replace))
    patch.setattr(Path, "unlink", mortal(Path.unlink))
    patch.setattr("compiler.files.shutil.rmtree", lambda *_, **__: None)
