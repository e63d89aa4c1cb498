"""What training is told and what it tells: plain values, no torch."""

from dataclasses import dataclass
from typing import Literal

from compiler.ir.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """How a classifier is trained.

    `epochs` at most, fewer when validation has not improved for `patience` of them. `learning_rate` is the
    peak of a linear warm-up over `warm_up` (a fraction of all steps) and a cosine that ends at zero.
    `shift_pixels` (vertical, horizontal): training maps move by up to that much, edges repeated.
    `mirror`: training maps are mirrored left to right half of the time. `class_weights`: "balanced" weighs
    classes inversely to how often they occur, and the best epoch is that of the best balanced accuracy;
    "automatic" is "balanced" where compiler.train.balance says so, else "none". `threads` of torch; another
    number may round otherwise.
    """

    epochs: int = 60
    patience: int = 20
    batch_size: int = 32
    learning_rate: float = 0.02
    warm_up: float = 0.1
    weight_decay: float = 0.1
    label_smoothing: float = 0.05
    shift_pixels: tuple[int, int] = (0, 0)
    mirror: bool = False
    class_weights: Literal["none", "balanced", "automatic"] = "none"
    validation_fraction: float = 0.15
    threads: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochProgress:
    """One epoch, counted from 1 to at most `epochs`. Losses are mean cross-entropies, accuracies fractions;
    a balanced one is the mean of the recalls of the classes that occur.

    The training figures are those of the steps themselves (augmented, before each update); the losses of
    validation have no label smoothing. `best`: the best so far on validation.
    """

    epoch: int
    epochs: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    validation_balanced_accuracy: float
    best: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """`graph` with the weights of the best epoch, and how it got there. Accuracies are fractions."""

    graph: Graph
    validation_accuracy: float
    validation_loss: float
    best_epoch: int
    history: tuple[EpochProgress, ...]
