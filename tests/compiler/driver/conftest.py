"""A small task of our own: which quarter of a picture is bright. Spec and data are written by the tests."""

from pathlib import Path

import numpy as np
import pytest

SPEC = """// Which quarter of an 8x8 picture is bright?
task classification {
    input [8, 8, 1] uint8 range 0..255 mean 100 std 60
    classes ["north_west", "north_east", "south_west", "south_east"]
    data "quarters.npz"
}

target nucleo_l4r5zi { ram <= 4 KiB  flash <= 32 KiB }

block separable(filters, kernel) {
    depthwise(kernel) -> batch_norm -> relu
    conv(filters, 1)  -> batch_norm -> relu
}

arch quarters {
    filters = choose 4..12 step 4
    conv(filters, 3, stride = 2) -> batch_norm -> relu
    repeat choose 1..2 { residual { separable(filters, choose {3, 5}) } }
    global_average_pool -> dense(classes)
}

search { maximize score  minimize macs  trials 40  seed 3  keep 2 }
"""


def _pictures(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    pictures = rng.integers(0, 120, (count, 8, 8, 1), dtype=np.uint8)
    labels = np.arange(count) % 4
    for picture, label in zip(pictures, labels, strict=True):
        row, column = 4 * (label // 2), 4 * (label % 2)
        picture[row : row + 4, column : column + 4] += 90
    return pictures, labels.astype(np.int64)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """The spec beside its data, in a folder of its own."""
    rng = np.random.default_rng(7)
    x_train, y_train = _pictures(400, rng)
    x_test, y_test = _pictures(100, rng)
    np.savez(tmp_path / "quarters.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    path = tmp_path / "quarters.nas"
    path.write_text(SPEC)
    return path
