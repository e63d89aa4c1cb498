"""Tables: in one line where there is space, and nothing in them is ever cut."""

import os
import re
import sys

import pytest

from compiler.driver.console import Console

COLUMNS = ("", "<layer", "<kernel", "cycles est.")
ROW = ("0", "depthwise_conv_2d_17", "depthwise_conv2d_s8", "1,396,170")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def show(width: int | None) -> list[str]:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: width is not None)
        monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((width or 80, 24)))
        Console(json=False).table("", COLUMNS, [ROW])
        return re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out).splitlines()

    return show


def test_lines_that_are_piped_are_whole_and_end_without_spaces(shown) -> None:
    lines = shown(None)
    assert tuple(lines[-2].split()) == ROW
    assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize("width", [45, 50, 60, 80])
def test_on_a_narrow_terminal_words_go_on_in_further_lines(shown, width: int) -> None:
    lines = shown(width)
    assert all(len(line) <= width for line in lines)
    (first,) = (place for place, line in enumerate(lines) if ROW[3] in line)
    rows = [line for line in lines[first:] if line.strip()]
    layer, kernel = lines[first].index("depthwise_"), lines[first].rindex("depthwise_")
    assert "".join(line[layer:kernel].strip() for line in rows) == ROW[1]
    assert "".join(line[kernel:].removesuffix(ROW[3]).strip() for line in rows) == ROW[2]


def test_numbers_stay_whole_where_even_that_does_not_fit(shown) -> None:
    assert any(line.endswith(ROW[3]) for line in shown(20))
