"""The learning rate of every step, and when to stop: pure functions, so that a resumed run repeats them."""

from collections.abc import Sequence
from math import cos, pi

from compiler.train.settings import EpochProgress, TrainingSettings


def learning_rate(settings: TrainingSettings, step: int, steps: int) -> float:
    """Linear warm-up to the peak, then half a cosine to zero (arXiv:1608.03983), for step 0..steps-1."""
    warm = max(1, round(settings.warm_up * steps))
    if step < warm:
        return settings.learning_rate * (step + 1) / warm
    return settings.learning_rate * 0.5 * (1 + cos(pi * (step - warm + 1) / (steps - warm + 1)))


def finished(settings: TrainingSettings, history: Sequence[EpochProgress]) -> bool:
    """Whether all epochs are done, or `patience` of them have passed since the best."""
    if len(history) >= settings.epochs:
        return True
    best = best_epoch(history)
    return len(history) - best >= settings.patience


def best_epoch(history: Sequence[EpochProgress]) -> int:
    """The epoch that was best on validation; 0 before the first."""
    return max((entry.epoch for entry in history if entry.best), default=0)


def improves(accuracy: float, loss: float, history: Sequence[EpochProgress], *, balanced: bool) -> bool:
    """Whether a new epoch beats all before it: by validation accuracy, plain or balanced, ties by loss."""
    best = best_epoch(history)
    if best == 0:
        return True
    before = history[best - 1]
    reached = before.validation_balanced_accuracy if balanced else before.validation_accuracy
    return (accuracy, -loss) > (reached, -before.validation_loss)
