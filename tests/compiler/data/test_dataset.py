import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from compiler.data.dataset import load_dataset
from compiler.errors import DataError
from searchspace_dsl.encoding import InputEncoding
from searchspace_dsl.spec import Task

Arrays = dict[str, np.ndarray]


def task(*shape: int, classes: int = 3, labels: tuple[str, ...] = ()) -> Task:
    return Task(
        kind="classification",
        input_shape=shape or (4, 5, 1),
        encoding=InputEncoding(raw_dtype="uint8"),
        classes=classes,
        labels=labels,
    )


def arrays() -> Arrays:
    return {
        "x_train": np.arange(6 * 20, dtype=np.uint8).reshape(6, 4, 5, 1),
        "y_train": np.array([0, 1, 2, 0, 1, 2], np.uint8),
        "x_test": np.zeros((2, 4, 5, 1), np.uint8),
        "y_test": np.array([0, 2], np.int32),
        "class_names": np.array(["zero", "one", "two"]),
    }


def written(folder: Path, content: Arrays) -> Path:
    path = folder / "data.npz"
    np.savez(path, **content)
    return path


def test_a_good_file(tmp_path: Path) -> None:
    found = load_dataset(written(tmp_path, arrays()), task())
    assert found.x_train.dtype == np.uint8
    np.testing.assert_array_equal(found.x_train, arrays()["x_train"])
    assert found.y_train.dtype == found.y_test.dtype == np.int64
    assert found.class_names == ("zero", "one", "two")


@pytest.mark.parametrize("shape", [(4, 5, 1), (20, 1)])
def test_a_last_axis_of_one_may_be_left_out(tmp_path: Path, shape: tuple[int, ...]) -> None:
    content = arrays()
    for key in ("x_train", "x_test"):
        content[key] = content[key].reshape(-1, *shape[:-1])
    assert load_dataset(written(tmp_path, content), task(*shape)).x_test.shape == (2, *shape)


def test_names_come_from_the_spec_then_the_file_then_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, arrays())
    assert load_dataset(path, task(labels=("a", "b", "c"))).class_names == ("a", "b", "c")
    content = arrays()
    del content["class_names"]
    assert load_dataset(written(tmp_path, content), task()).class_names == ("0", "1", "2")


def test_whole_floats_serve_an_integer_input(tmp_path: Path) -> None:
    content = {key: value.astype(np.float32) if key[0] == "x" else value for key, value in arrays().items()}
    assert load_dataset(written(tmp_path, content), task()).x_train.dtype == np.float32


def changed(key: str, value: Callable[[np.ndarray], np.ndarray]) -> Callable[[Arrays], None]:
    def change(content: Arrays) -> None:
        content[key] = value(content[key])

    return change


def with_nan(x: np.ndarray) -> np.ndarray:
    x = x.astype(np.float32)
    x[3, 2] = np.nan
    return x


WRONG: dict[str, tuple[str, Callable[[Arrays], object]]] = {
    "a key is missing": ("has no y_test; it holds 'x_train'", lambda c: c.pop("y_test")),
    "another shape": (
        r"x_train of .* is \(6, 4, 5, 2\), a sample \(4, 5, 2\); the task's input is \(4, 5, 1\)",
        changed("x_train", lambda x: np.repeat(x, 2, axis=3)),
    ),
    "not a number": ("x_train of .* infinite or not a number", changed("x_train", with_nan)),
    "values the firmware cannot hand over": (
        "x_train of .* holds 0.5, which the input's dtype uint8 cannot hold",
        changed("x_train", lambda x: x + 0.5),
    ),
    "values out of range": (
        "x_test of .* holds 300, which",
        changed("x_test", lambda x: x.astype(np.int16) + 300),
    ),
    "objects": ("x_test of .* holds Python objects", changed("x_test", lambda x: x.astype(object))),
    "text": ("x_test of .* must hold numbers", changed("x_test", lambda x: x.astype(str))),
    "a scalar": (r"x_test of .* is \(\)", changed("x_test", lambda x: np.array(3))),
    "no samples": ("x_test of .* holds no samples", changed("x_test", lambda x: x[:0])),
    "fewer labels": ("6 samples in x_train and 5 labels in y_train", changed("y_train", lambda y: y[:-1])),
    "a label too high": ("y_test of .* label 3; classes are 0 to 2", changed("y_test", lambda y: y + 1)),
    "a label too low": ("y_test of .* label -1", changed("y_test", lambda y: y - 1)),
    "one-hot labels": (r"must be one integer a sample", changed("y_test", lambda y: np.eye(3, dtype=int)[y])),
    "labels that are no integers": ("must be one integer", changed("y_test", lambda y: y + 0.5)),
    "a class without samples": (
        r"y_train of .* no sample of class 1 \(one\)",
        changed("y_train", lambda y: np.where(y == 1, 0, y)),
    ),
    "more names than classes": (
        "has 4 names, the task has 3 classes",
        changed("class_names", lambda n: np.array([*n, "three"])),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    message, damage = WRONG[name]
    content = arrays()
    damage(content)
    with pytest.raises(DataError, match=message) as found:
        load_dataset(written(tmp_path, content), task())
    assert "\n" not in str(found.value)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no data file .*none\.npz"):
        load_dataset(tmp_path / "none.npz", task())
    with pytest.raises(DataError, match="holds no folders"):
        load_dataset(tmp_path, task())


def test_one_array_instead_of_several(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.zeros(3))
    with pytest.raises(DataError, match="holds one array"):
        load_dataset(tmp_path / "one.npy", task())


@pytest.mark.parametrize("content", [b"", b"PK", b"hello", b"\x93NUMPY", b"PK\x03\x04" + bytes(100)])
def test_a_file_that_is_no_npz(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"data\.npz"):
        load_dataset(path, task())


def test_a_truncated_or_damaged_file_never_ends_in_a_traceback(tmp_path: Path) -> None:
    path = written(tmp_path, arrays())
    whole = path.read_bytes()
    for length in range(0, len(whole), 37):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError):
            load_dataset(path, task())
    rng = np.random.default_rng(0)
    for _ in range(200):
        damaged = bytearray(whole)
        damaged[int(rng.integers(len(whole)))] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            load_dataset(path, task())
        except DataError as error:
            assert "\n" not in str(error)


def claiming(shape: str, dtype: str) -> bytes:
    """An .npy file of a few bytes whose header promises more."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(64)


@pytest.mark.parametrize(
    ("key", "shape", "dtype", "message"),
    [
        ("x_train", "(99999999999, 4, 5, 1)", "|u1", "x_train of .* at most 536,870,912 fit into memory"),
        ("y_test", f"({2**80},)", "<i8", "y_test of .* at most 536,870,912"),
        ("x_test", "(2, 4, 5, 1)", "|V9999999999", "x_test of "),
        ("x_test", "(2, 4, 5, 1)", "<U400000000", "x_test of .* at most 536,870,912"),
        ("class_names", "(3,)", "<U400000000", "names of classes take at most 1 MiB"),
        ("x_test", "(-2, 4, 5, 1)", "|u1", "x_test of .* is damaged"),
        ("x_train", "(6, 4, 5, 1)", "|u1", "x_train of .* is damaged"),
        ("x_train", "(6, 4, 5, 1)", "|O", "x_train of .* holds Python objects"),
    ],
)
def test_sizes_in_headers_are_not_believed(
    tmp_path: Path, key: str, shape: str, dtype: str, message: str
) -> None:
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays().items():
            stream = io.BytesIO()
            np.save(stream, array)
            archive.writestr(f"{name}.npy", claiming(shape, dtype) if name == key else stream.getvalue())
    with pytest.raises(DataError, match=message):
        load_dataset(path, task())
