"""The state of a training and the one thing that changes it: an epoch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from compiler.ir.graph import Graph
from compiler.reference.accuracy import accuracy_of
from compiler.train.balance import is_balanced
from compiler.train.batches import epoch_batches, steps_per_epoch
from compiler.train.checkpoint import Checkpoint
from compiler.train.module import GraphModule
from compiler.train.optimizer import make_optimizer, moments, restore_moments
from compiler.train.samples import Samples
from compiler.train.schedule import improves, learning_rate
from compiler.train.settings import EpochProgress, TrainingSettings
from compiler.train.statistics import measure_statistics

EVALUATION_BATCH = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Mean cross-entropy, the fraction classified rightly, and the mean recall of the classes that occur."""

    loss: float
    accuracy: float
    balanced_accuracy: float

    def choosing(self, *, balanced: bool) -> float:
        """The accuracy that decides which weights are best."""
        return self.balanced_accuracy if balanced else self.accuracy


class Trainer:
    """Module, optimizer, history and best weights of one training."""

    def __init__(
        self,
        graph: Graph,
        weights: Mapping[str, np.ndarray],
        samples: Samples,
        settings: TrainingSettings,
        seed: int,
    ) -> None:
        self.graph, self.settings, self.seed = graph, settings, seed
        self.x, self.y = torch.from_numpy(samples.x_train), torch.from_numpy(samples.y_train)
        self.x_validation = torch.from_numpy(samples.x_validation)
        self.y_validation = torch.from_numpy(samples.y_validation)
        self.balanced = is_balanced(settings, samples.y_train, samples.classes)
        self.class_weights = _class_weights(samples) if self.balanced else None
        self.module = GraphModule(graph, weights)
        self.learned = list(self.module.parameters())
        self.optimizer = make_optimizer(self.learned, settings)
        self.steps_per_epoch = steps_per_epoch(len(self.y), settings)
        self.history: tuple[EpochProgress, ...] = ()
        self.best = self.module.export()

    def run_epoch(self) -> EpochProgress:
        """Trains for one epoch, validates, and remembers the weights if they are the best so far."""
        epoch = len(self.history) + 1
        train_loss, train_accuracy = self._train_epoch(epoch)
        validation = self._evaluate()
        best = improves(
            validation.choosing(balanced=self.balanced),
            validation.loss,
            self.history,
            balanced=self.balanced,
        )
        if best:
            self.best = self.module.export()
        entry = EpochProgress(
            epoch=epoch,
            epochs=self.settings.epochs,
            learning_rate=float(self.optimizer.param_groups[0]["lr"]),
            train_loss=train_loss,
            train_accuracy=train_accuracy,
            validation_loss=validation.loss,
            validation_accuracy=validation.accuracy,
            validation_balanced_accuracy=validation.balanced_accuracy,
            best=best,
        )
        self.history = (*self.history, entry)
        return entry

    def finish(self) -> tuple[dict[str, np.ndarray], Score]:
        """The best epoch's weights, their batch-norm statistics measured anew where validation agrees."""
        self.module.load(self.best)
        running = self._evaluate()
        measure_statistics(self.module, self.x)
        measured = self._evaluate()
        ranks = [(score.choosing(balanced=self.balanced), -score.loss) for score in (measured, running)]
        return (self.module.export(), measured) if ranks[0] >= ranks[1] else (self.best, running)

    def state(self, fingerprint: str) -> Checkpoint:
        """Everything that the next epoch depends on."""
        first, second = moments(self.optimizer, self.learned)
        return Checkpoint(
            fingerprint=fingerprint,
            weights=self._flat(self.module.export()),
            best_weights=self._flat(self.best),
            first_moments=first,
            second_moments=second,
            history=self.history,
        )

    def restore(self, saved: Checkpoint) -> None:
        """Goes back to where `state` was taken; the vectors must have the lengths of `vector_sizes`."""
        self.history = saved.history
        self.module.load(self._table(saved.weights))
        self.best = self._table(saved.best_weights)
        step = len(saved.history) * self.steps_per_epoch
        restore_moments(self.optimizer, self.learned, (saved.first_moments, saved.second_moments), step)

    def vector_sizes(self) -> dict[str, int]:
        """The length of each vector of a checkpoint."""
        parameters = sum(self.graph.tensors[name].elements for name in self.graph.parameters)
        learned = sum(parameter.numel() for parameter in self.learned)
        return {
            "weights": parameters,
            "best_weights": parameters,
            "first_moments": learned,
            "second_moments": learned,
        }

    def _train_epoch(self, epoch: int) -> tuple[float, float]:
        """Mean loss and accuracy of its steps."""
        self.module.train()
        first_step = (epoch - 1) * self.steps_per_epoch
        loss_sum, correct, seen = torch.zeros(()), torch.zeros((), dtype=torch.int64), 0
        batches = epoch_batches(self.x, self.y, self.settings, seed=self.seed, epoch=epoch)
        for step, batch in enumerate(batches, first_step):
            logits = self.module.logits(batch.x)
            loss = F.cross_entropy(
                logits, batch.y, self.class_weights, label_smoothing=self.settings.label_smoothing
            )
            self._step(loss, learning_rate(self.settings, step, self.settings.epochs * self.steps_per_epoch))
            loss_sum += loss.detach() * len(batch.y)
            correct += (logits.detach().argmax(1) == batch.y).sum()
            seen += len(batch.y)
        return loss_sum.item() / seen, correct.item() / seen

    def _step(self, loss: Tensor, rate: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        self.optimizer.step()

    def _evaluate(self) -> Score:
        self.module.eval()
        with torch.inference_mode():
            parts = torch.split(self.x_validation, EVALUATION_BATCH)
            logits = torch.cat([self.module.logits(part) for part in parts])
            loss = F.cross_entropy(logits, self.y_validation).item()
        right = accuracy_of(self.y_validation.numpy(), logits.argmax(1).numpy(), logits.shape[1])
        return Score(loss=loss, accuracy=right.accuracy, balanced_accuracy=right.balanced_accuracy)

    def _flat(self, weights: Mapping[str, np.ndarray]) -> np.ndarray:
        return np.concatenate([weights[name].ravel() for name in self.graph.parameters])

    def _table(self, flat: np.ndarray) -> dict[str, np.ndarray]:
        tensors = [self.graph.tensors[name] for name in self.graph.parameters]
        parts = np.split(flat, np.cumsum([tensor.elements for tensor in tensors])[:-1])
        return {
            name: part.reshape(tensor.shape)
            for name, part, tensor in zip(self.graph.parameters, parts, tensors, strict=True)
        }


def _class_weights(samples: Samples) -> Tensor:
    """Samples / (classes * samples of the class); a class without samples weighs nothing."""
    counts = np.bincount(samples.y_train, minlength=samples.classes)
    balanced = len(samples.y_train) / (samples.classes * np.maximum(counts, 1))
    return torch.from_numpy(np.where(counts > 0, balanced, 0.0).astype(np.float32))
