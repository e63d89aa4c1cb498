from pathlib import Path

import numpy as np
import pytest

from compiler.data import raw
from compiler.data.dataset import load_dataset
from compiler.errors import DataError
from searchspace_dsl.encoding import InputEncoding
from searchspace_dsl.spec import Task
from tests.compiler.data.pictures import pgm, png


def task(*shape: int, labels: tuple[str, ...] = ()) -> Task:
    return Task(
        kind="classification",
        input_shape=shape or (2, 3, 1),
        encoding=InputEncoding(raw_dtype="uint8"),
        classes=2,
        labels=labels,
    )


def picture(value: int, channels: int = 1) -> np.ndarray:
    return np.full((2, 3, channels), value, np.uint8)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def images() -> dict[str, bytes]:
    return {
        "train/cat/1.png": png(picture(1)),
        "train/cat/2.PGM": pgm(picture(2)),
        "train/dog/1.png": png(picture(3)),
        "test/dog/1.png": png(picture(4)),
        "train/.DS_Store": b"",
        "train/cat/.hidden": b"",
        "test/dog/Thumbs.db": b"",
    }


def test_train_and_test_by_class(tmp_path: Path) -> None:
    found = load_dataset(write(tmp_path, images()), task())
    assert found.class_names == ("cat", "dog")
    assert found.x_train.dtype == np.uint8 and found.x_train.shape == (3, 2, 3, 1)
    assert found.x_train[:, 0, 0, 0].tolist() == [1, 2, 3] and found.y_train.tolist() == [0, 0, 1]
    assert found.x_test[:, 0, 0, 0].tolist() == [4] and found.y_test.tolist() == [1]


def test_the_specs_labels_decide_the_order(tmp_path: Path) -> None:
    found = load_dataset(write(tmp_path, images()), task(labels=("dog", "cat")))
    assert found.class_names == ("dog", "cat")
    assert found.x_train[:, 0, 0, 0].tolist() == [3, 1, 2] and found.y_train.tolist() == [0, 1, 1]


def test_numbers_are_ordered_by_value(tmp_path: Path) -> None:
    files = {f"{part}/{name}/1.png": png(picture(1)) for part in ("train", "test") for name in ("10", "9")}
    assert load_dataset(write(tmp_path, files), task()).class_names == ("9", "10")


def test_a_fifth_becomes_the_test_and_always_the_same(tmp_path: Path) -> None:
    values = {"a": range(10), "b": range(100, 105)}
    files = {f"{name}/{v}.png": png(picture(v)) for name, some in values.items() for v in some}
    first, again = (load_dataset(write(tmp_path, files), task()) for _ in range(2))
    assert np.bincount(first.y_test).tolist() == [2, 1] and np.bincount(first.y_train).tolist() == [8, 4]
    np.testing.assert_array_equal(first.x_test, again.x_test)
    both = np.concatenate([first.x_train, first.x_test])[:, 0, 0, 0].tolist()
    assert sorted(both) == [*values["a"], *values["b"]]
    assert all(
        (value >= 100) == bool(y) for value, y in zip(first.x_test[:, 0, 0, 0], first.y_test, strict=True)
    )


def test_colours_become_grey_and_grey_colours(tmp_path: Path) -> None:
    colour = np.broadcast_to(np.array([255, 100, 10], np.uint8), (2, 3, 3))
    files = {
        "a/1.ppm": pgm(colour),
        "a/2.ppm": pgm(colour),
        "b/1.png": png(picture(9)),
        "b/2.png": png(picture(9)),
    }
    grey = load_dataset(write(tmp_path, files), task())
    assert grey.x_train[:, 0, 0, 0].tolist() == [136, 9]  # 0.299 * 255 + 0.587 * 100 + 0.114 * 10 = 136.085
    wide = load_dataset(tmp_path, task(2, 3, 3))
    assert wide.x_train[:, 0, 0].tolist() == [[255, 100, 10], [9, 9, 9]]


WRONG: dict[str, tuple[dict[str, bytes | None], str]] = {
    "nothing": (dict.fromkeys(images()), "holds no folders"),
    "no test": (
        {"test/dog/1.png": None, "test/dog/Thumbs.db": None},
        "has a folder train but no folder test",
    ),
    "a class too many": ({"train/cow/1.png": b""}, r"train has 3 classes \(cat, cow, dog\), the task has 2"),
    "a class of the test only": ({"test/cow/1.png": b""}, "the class 'cow' in test and not in train"),
    "a class without samples": ({"train/dog/1.png": None}, "no sample of class dog"),
    "a folder in a class": ({"train/dog/more/1.png": b""}, "more is a folder within a class"),
    "a size": (
        {"train/dog/2.png": png(np.zeros((4, 4, 1), np.uint8))},
        r"dog/2\.png is 4 pixels high and 4 wide",
    ),
    "no image": ({"train/dog/2.png": b"GIF89a"}, r"dog/2\.png is no PNG file"),
    "JPEG": ({"train/dog/2.jpg": b""}, r"dog/2\.jpg: JPEG is not read; convert it to PNG"),
    "another format": ({"train/dog/2.gif": b""}, r"dog/2\.gif is none of \.png, \.pgm, \.ppm, \.wav"),
    "sound and images": ({"train/dog/2.wav": b""}, r"2\.wav is a recording and .*png an image"),
    "a name of two lines": ({"train/d\ng/1.png": b"", "train/dog/1.png": None}, r"the class name 'd\\ng'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    changes, message = WRONG[name]
    files = {**images(), **changes}
    write(tmp_path, {path: content for path, content in files.items() if content is not None})
    for path, content in changes.items():
        if content is None and name == "a class without samples":
            (tmp_path / path).parent.mkdir(exist_ok=True)
    with pytest.raises(DataError, match=message) as found:
        load_dataset(tmp_path, task())
    assert "\n" not in str(found.value)


def test_labels_that_the_task_has_not(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has the class 'cat', the task 'cats', 'dog'; did you mean 'cats'"):
        load_dataset(write(tmp_path, images()), task(labels=("cats", "dog")))
    with pytest.raises(DataError, match=r"no sample of class 2 \(cow\)"):
        load_dataset(tmp_path, task(labels=("cat", "dog", "cow")))


def test_an_input_that_is_no_image(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"images need an input \[height, width, 1 or 3\]; the task's input is \(6,"
    ):
        load_dataset(write(tmp_path, images()), task(6))


def test_more_than_memory_holds_is_refused_before_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "MOST_NUMBERS", 23)
    with pytest.raises(
        DataError, match=r"4 images of \(2, 3, 1\) holds 24 numbers; at most 23 fit into memory"
    ):
        load_dataset(write(tmp_path, images()), task())


def test_a_file_larger_than_any_such_image(tmp_path: Path) -> None:
    write(tmp_path, {**images(), "train/dog/2.png": bytes(9 * 2**20)})
    with pytest.raises(DataError, match=r"dog/2\.png is larger than 8 MiB"):
        load_dataset(tmp_path, task())
