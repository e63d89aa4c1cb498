"""AdamW, and its moments as flat vectors that a checkpoint can hold."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from compiler.train.settings import TrainingSettings


def make_optimizer(learned: Sequence[nn.Parameter], settings: TrainingSettings) -> torch.optim.AdamW:
    """AdamW (arXiv:1711.05101); only weights of convolutions and dense layers decay."""
    groups = [
        {"params": [p for p in learned if p.dim() > 1], "weight_decay": settings.weight_decay},
        {"params": [p for p in learned if p.dim() <= 1], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, fused=True)


def moments(optimizer: torch.optim.AdamW, learned: Sequence[nn.Parameter]) -> tuple[np.ndarray, np.ndarray]:
    """First and second moments of all learned tensors in turn, in torch's axis order: float32, flat."""
    first, second = (
        np.concatenate([_moment(optimizer, parameter, key).ravel() for parameter in learned])
        for key in ("exp_avg", "exp_avg_sq")
    )
    return first, second


def restore_moments(
    optimizer: torch.optim.AdamW,
    learned: Sequence[nn.Parameter],
    vectors: tuple[np.ndarray, np.ndarray],
    step: int,
) -> None:
    """Puts the optimizer where it was after `step` steps."""
    start = 0
    for parameter in learned:
        end = start + parameter.numel()
        first, second = (_like(parameter, vector[start:end]) for vector in vectors)
        optimizer.state[parameter] = {
            "step": torch.tensor(float(step)),
            "exp_avg": first,
            "exp_avg_sq": second,
        }
        start = end


def _moment(optimizer: torch.optim.AdamW, parameter: nn.Parameter, key: str) -> np.ndarray:
    """Zeros for a parameter that the output doesn't depend on: the optimizer has never seen its gradient."""
    state = optimizer.state[parameter]
    moment = state[key] if state else torch.zeros_like(parameter, requires_grad=False)
    assert isinstance(moment, Tensor)
    return moment.numpy()


def _like(parameter: nn.Parameter, flat: np.ndarray) -> Tensor:
    """The numbers in a tensor with the parameter's memory order, which decides how vector code rounds."""
    tensor = torch.empty_like(parameter, requires_grad=False)
    return tensor.copy_(torch.from_numpy(flat.reshape(tuple(parameter.shape))))
