import numpy as np
import pytest

from compiler.train.balance import is_balanced
from compiler.train.recipe import SAMPLE_VISITS, choose_settings
from compiler.train.schedule import best_epoch, finished, improves, learning_rate
from compiler.train.settings import EpochProgress, TrainingSettings


def test_large_datasets_are_visited_a_bounded_number_of_times() -> None:
    small, large = choose_settings((8, 8, 1), 1200), choose_settings((28, 28, 1), 51_000)
    assert small.epochs == 60 and 51_000 * large.epochs <= SAMPLE_VISITS
    assert large.batch_size > small.batch_size


@pytest.mark.parametrize(
    ("shape", "shift"),
    [((28, 28, 1), (1, 1)), ((8, 8, 1), (0, 0)), ((49, 10, 1), (0, 0)), ((128, 3), (0, 0)), ((64,), (0, 0))],
)
def test_only_images_of_some_size_are_shifted(shape: tuple[int, ...], shift: tuple[int, int]) -> None:
    assert choose_settings(shape, 1000).shift_pixels == shift


def test_the_rate_warms_up_and_falls_to_almost_nothing() -> None:
    settings = TrainingSettings(learning_rate=0.5, warm_up=0.1)
    rates = [learning_rate(settings, step, 100) for step in range(100)]
    assert max(rates) == pytest.approx(0.5) and rates.index(max(rates)) in (9, 10)
    assert rates[:9] == sorted(rates[:9])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 <= rates[-1] < 0.001


def history(*scores: tuple[float, float], balanced: bool = False) -> tuple[EpochProgress, ...]:
    """Of accuracies, plain or balanced (the other falls from epoch to epoch), and losses."""
    entries: tuple[EpochProgress, ...] = ()
    for accuracy, loss in scores:
        other = 1 / (2 + len(entries))
        entry = EpochProgress(
            epoch=len(entries) + 1,
            epochs=10,
            learning_rate=0.1,
            train_loss=1.0,
            train_accuracy=0.5,
            validation_loss=loss,
            validation_accuracy=other if balanced else accuracy,
            validation_balanced_accuracy=accuracy if balanced else other,
            best=improves(accuracy, loss, entries, balanced=balanced),
        )
        entries = (*entries, entry)
    return entries


@pytest.mark.parametrize("balanced", [False, True])
def test_the_best_epoch_is_that_of_accuracy_then_of_loss(balanced: bool) -> None:
    assert best_epoch(()) == 0
    assert best_epoch(history((0.5, 1.0), (0.9, 0.9), (0.9, 0.8), (0.8, 0.1), balanced=balanced)) == 3
    assert best_epoch(history((0.9, 0.5), (0.9, 0.5), balanced=balanced)) == 1
    assert best_epoch(history((0.5, float("nan")), (0.6, 1.0), balanced=balanced)) == 2


def test_patience_and_epochs_end_a_training() -> None:
    settings = TrainingSettings(epochs=10, patience=2)
    assert not finished(settings, history((0.9, 1.0), (0.8, 1.0)))
    assert finished(settings, history((0.9, 1.0), (0.8, 1.0), (0.8, 1.0)))
    assert finished(TrainingSettings(epochs=2, patience=9), history((0.1, 1.0), (0.2, 1.0)))


@pytest.mark.parametrize(
    ("counts", "uneven"),
    [([30, 30, 30], False), ([39, 10, 30], False), ([40, 10, 30], True), ([40, 0, 30], False)],
)
def test_uneven_classes_are_balanced_unless_told_otherwise(counts: list[int], uneven: bool) -> None:
    y = np.repeat(np.arange(3), counts)
    chosen = choose_settings((8, 8, 1), len(y))
    assert is_balanced(chosen, y, 3) == uneven
    assert is_balanced(TrainingSettings(class_weights="balanced"), y, 3)
    assert not is_balanced(TrainingSettings(class_weights="none"), y, 3)
