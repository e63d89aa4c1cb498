from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.data import csv_windows, raw
from compiler.data.dataset import load_dataset
from compiler.errors import DataError
from searchspace_dsl.encoding import InputEncoding, RawDtype
from searchspace_dsl.spec import Task


def task(*shape: int, raw_dtype: RawDtype = "float32", labels: tuple[str, ...] = ()) -> Task:
    return Task(
        kind="classification",
        input_shape=shape or (2, 3),
        encoding=InputEncoding(raw_dtype=raw_dtype),
        classes=2,
        labels=labels,
    )


def rows(split: bool = False) -> list[str]:
    """Six windows of two steps and three channels: number * 10 + step, halves added."""
    lines = ["label,window,ax,ay,az" + (",split" if split else "")]
    for window in range(6):
        label, part = ("wing", "ring")[window % 2], ("train", "test")[window >= 4]
        for step in range(2):
            cells = [label, f"w{window}", *(f"{10 * window + step + c}" for c in (0, 0.5, 0.25))]
            lines.append(",".join([*cells, part] if split else cells))
    return lines


def written(folder: Path, lines: list[str]) -> Path:
    path = folder / "log.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_windows_of_steps_and_channels(tmp_path: Path) -> None:
    found = load_dataset(written(tmp_path, rows(split=True)), task())
    assert found.class_names == ("ring", "wing")
    assert found.y_train.tolist() == [1, 0, 1, 0] and found.y_test.tolist() == [1, 0]
    assert found.x_train.dtype == np.float32
    assert found.x_train[1].tolist() == [[10, 10.5, 10.25], [11, 11.5, 11.25]]
    assert found.x_test[0, 0].tolist() == [40, 40.5, 40.25]


def test_a_fifth_of_the_windows_becomes_the_test(tmp_path: Path) -> None:
    first, again = (load_dataset(written(tmp_path, rows()), task()) for _ in range(2))
    assert np.bincount(first.y_test).tolist() == [1, 1] and len(first.x_train) == 4
    np.testing.assert_array_equal(first.x_test, again.x_test)


def test_a_row_a_sample(tmp_path: Path) -> None:
    lines = ["a,b,label", "1,2,5", "3,4,12", "5,6,5", "7,8,12"]
    found = load_dataset(written(tmp_path, lines), task(2))
    assert found.class_names == ("5", "12")
    assert sorted(np.concatenate([found.x_train, found.x_test])[:, 0].tolist()) == [1, 3, 5, 7]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_separators_a_byte_order_mark_and_empty_lines(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "log.CSV"
    path.write_text("\ufeff" + "\r\n\r\n".join(line.replace(",", sign) for line in rows()), newline="")
    assert load_dataset(path, task()).x_train.shape == (4, 2, 3)


def test_integers_serve_an_integer_input(tmp_path: Path) -> None:
    path = written(tmp_path, [line.replace(".5", "").replace(".25", "") for line in rows()])
    assert load_dataset(path, task(raw_dtype="int16")).x_train[0, 0, 0] == 0
    with pytest.raises(DataError, match=r"holds .*\.5, which the input's dtype int16 cannot hold"):
        load_dataset(written(tmp_path, rows()), task(raw_dtype="int16"))


WRONG: dict[str, tuple[list[str], str]] = {
    "an empty file": ([""], r"log\.csv has no column label; its first line must name the columns"),
    "no header": (rows()[1:], "has no column label"),
    "no window": ([line.replace("window", "when") for line in rows()], "has no column window"),
    "two labels": (["label,label,window,x,y,z"], "two columns label"),
    "a header alone": (rows()[:1], "holds no windows"),
    "too few columns": (
        [line.rpartition(",")[0] for line in rows()],
        "has 2 columns of numbers; the task has 3",
    ),
    "a cell missing": ([*rows()[:4], "ring,w1,1,2"], r"log\.csv:5: 4 cells in 5 columns"),
    "text": ([*rows()[:2], "wing,w0,1,2,off"], r"log\.csv:3: 'off' in column az is not a number"),
    "not a number": ([*rows()[:2], "wing,w0,1,nan,2"], r"log\.csv:3: 'nan' in column ay is not a number"),
    "too large": ([*rows()[:2], "wing,w0,1e39,1,2"], r"log\.csv:3: '1e39' in column ax is not a number"),
    "a short window": (
        [*rows()[:4], *rows()[5:]],
        r"log\.csv:4: the window that begins here has 1 steps; .* has 2",
    ),
    "a short last window": (rows()[:-1], r"log\.csv:12: the window that begins here has 1 steps"),
    "a long window": (
        [*rows()[:3], "wing,w0,1,2,3"],
        r"log\.csv:4: window w0 has more than the task's 2 steps",
    ),
    "two labels in a window": ([*rows()[:2], "ring,w0,1,2,3"], r"log\.csv:3: window w0 changes its label"),
    "two parts in a window": (
        [*rows(split=True)[:2], "wing,w0,1,2,3,test"],
        r"log\.csv:3: window w0 changes its split",
    ),
    "an unknown part": (
        [*rows(split=True)[:1], "wing,w0,1,2,3,valid"],
        "split is 'valid'; it must be train or test",
    ),
    "no test": (
        [line.replace("test", "train") for line in rows(split=True)],
        "x_test of .* holds no samples",
    ),
    "a class without samples": (
        [line.replace("ring", "wing") for line in rows()],
        r"has 1 classes \(wing\), the task has 2",
    ),
    "a class of the test only": (
        [line.replace("train", "test") if "ring" in line else line for line in rows(split=True)],
        r"y_train of .* has no sample of class 0 \(ring\)",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    lines, message = WRONG[name]
    with pytest.raises(DataError, match=message) as found:
        load_dataset(written(tmp_path, lines), task())
    assert "\n" not in str(found.value)


def test_shapes_that_no_csv_has(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"an input \[steps, channels\] or \[numbers\]; the task's is \(2, 3, 1\)"
    ):
        load_dataset(written(tmp_path, rows()), task(2, 3, 1))


def test_one_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no data file"):
        load_dataset(tmp_path / "none.csv", task())


def test_what_does_not_fit_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.csv"
    path.write_text(rows()[0] + "\n" + "1" * 2_000_000)
    with pytest.raises(DataError, match="a line of more than 1,048,576 characters"):
        load_dataset(path, task())
    monkeypatch.setattr(csv_windows, "MOST_WINDOWS", 5)
    with pytest.raises(DataError, match=r"log\.csv holds more than 5 windows"):
        load_dataset(written(tmp_path, rows()), task())
    monkeypatch.setattr(raw, "MOST_NUMBERS", 20)
    with pytest.raises(DataError, match=r"log\.csv holds 21 numbers; at most 20 fit into memory"):
        load_dataset(written(tmp_path, rows()), task())


@given(st.data())
def test_damage_never_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray("\n".join(rows(split=True)).encode())
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + 1] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b"\n", b",", b"\0"])
        )
    path = tmp_path_factory.mktemp("csv") / "log.csv"
    path.write_bytes(content)
    try:
        load_dataset(path, task())
    except DataError as error:
        assert "\n" not in str(error)
