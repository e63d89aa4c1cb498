import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.data.resize import resize_samples
from compiler.errors import DataError

METHODS = ("nearest", "bilinear")
sides = st.integers(1, 12)


def series(*values: float, dtype: type = np.float32) -> np.ndarray:
    return np.array(values, dtype).reshape(1, -1, 1)


def resized(x: np.ndarray, steps: int, method: str) -> list[float]:
    return resize_samples(x, (steps, 1), method).ravel().tolist()


def test_places_are_those_of_pixel_centres() -> None:
    ramp = series(0, 10, 20, 30)
    assert resized(ramp, 2, "nearest") == [10, 30]
    assert resized(ramp, 3, "nearest") == [0, 20, 30]
    assert resized(ramp, 8, "nearest") == [0, 0, 10, 10, 20, 20, 30, 30]
    assert resized(ramp, 2, "bilinear") == [5, 25]
    assert resized(ramp, 8, "bilinear") == [0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30]
    assert resized(ramp, 1, "bilinear") == [15]


def test_integers_stay_integers_rounded_half_away_from_zero() -> None:
    assert resized(series(0, 1, 255, 254, dtype=np.uint8), 2, "bilinear") == [1, 255]
    assert resized(series(0, -1, -5, 0, dtype=np.int8), 2, "bilinear") == [-1, -3]
    for dtype in (np.uint8, np.int16, np.float32, np.float64):
        for method in METHODS:
            assert resize_samples(np.ones((2, 5, 4, 3), dtype), (3, 7, 3), method).dtype == dtype


@settings(max_examples=60, deadline=None)
@given(sides, sides, sides, sides, st.integers(0, 99))
def test_equals_pytorchs(height: int, width: int, rows: int, columns: int, seed: int) -> None:
    torch = pytest.importorskip("torch", reason="torch is the oracle")
    x = np.random.default_rng(seed).normal(size=(2, height, width, 3))
    maps = torch.from_numpy(x).permute(0, 3, 1, 2)
    for method, name in zip(METHODS, ("nearest-exact", "bilinear"), strict=True):
        expected = torch.nn.functional.interpolate(maps, size=(rows, columns), mode=name)
        found = resize_samples(x, (rows, columns, 3), method)
        np.testing.assert_allclose(found, expected.permute(0, 2, 3, 1).numpy(), atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(METHODS), sides, sides, st.integers(0, 99))
def test_an_image_never_leaves_its_range_and_a_flat_one_stays_flat(
    method: str, rows: int, columns: int, seed: int
) -> None:
    x = np.random.default_rng(seed).integers(0, 256, (3, 5, 7, 2), dtype=np.uint8)
    found = resize_samples(x, (rows, columns, 2), method)
    assert found.shape == (3, rows, columns, 2)
    assert found.min() >= x.min() and found.max() <= x.max()
    flat = resize_samples(np.full_like(x, 200), (rows, columns, 2), method)
    assert (flat == 200).all()


def test_a_sample_does_not_depend_on_the_others() -> None:
    x = np.random.default_rng(0).integers(0, 256, (150, 6, 6, 1), dtype=np.uint8)
    together = resize_samples(x, (4, 9, 1), "bilinear")
    for index in (0, 63, 64, 149):
        alone = resize_samples(x[index : index + 1], (4, 9, 1), "bilinear")
        np.testing.assert_array_equal(together[index : index + 1], alone)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_shape_is_the_same_array(method: str) -> None:
    x = np.zeros((2, 4, 4, 1), np.uint8)
    assert resize_samples(x, (4, 4, 1), method) is x


@pytest.mark.parametrize(
    ("shape", "target", "method", "words"),
    [
        ((2, 4, 4, 1), (2, 2, 1), "area", "resized by nearest or bilinear, not 'area'"),
        ((2, 4, 4, 1), (2, 2, 3), "nearest", r"\(4, 4, 1\) cannot be resized to \(2, 2, 3\)"),
        ((2, 4, 4, 1), (2, 1), "nearest", r"\(4, 4, 1\) cannot be resized to \(2, 1\)"),
        ((2, 16), (8,), "nearest", r"\(16,\) cannot be resized to \(8,\)"),
        ((2, 4, 4, 1), (0, 2, 1), "bilinear", r"cannot be resized to \(0, 2, 1\)"),
    ],
)
def test_what_cannot_be_resized_is_refused(
    shape: tuple[int, ...], target: tuple[int, ...], method: str, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        resize_samples(np.zeros(shape, np.float32), target, method)
