"""Writes scikit-learn's bundled digits as the dataset of digits.nas: 8x8 grey images, 20% for the test."""

import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


def main(path: Path) -> None:
    """Stratified split, seed 0; images uint8 (N, 8, 8, 1) with values 0..16."""
    digits = load_digits()
    images = digits.images.astype(np.uint8)[..., np.newaxis]
    x_train, x_test, y_train, y_test = train_test_split(
        images, digits.target.astype(np.int64), test_size=0.2, stratify=digits.target, random_state=0
    )
    names = np.array([str(name) for name in digits.target_names])
    np.savez_compressed(
        path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test, class_names=names
    )
    print(f"{path}: {len(x_train)} training and {len(x_test)} test images of {len(names)} digits")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
