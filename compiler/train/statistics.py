"""Batch-norm statistics measured anew over all training data, for the weights that training ended with."""

import torch
from torch import Tensor

from compiler.train.module import GraphModule


def measure_statistics(module: GraphModule, x: Tensor, batch_size: int = 256) -> None:
    """Sets every running mean and variance to the average over the batches of `x`, in order.

    Running averages remember only the last steps, of augmented samples and older weights; folding turns
    them into weights and biases, so quantization inherits their error.
    """
    module.train()
    with torch.inference_mode():
        whole = x[:-1] if len(x) % batch_size == 1 else x
        for index, batch in enumerate(torch.split(whole, batch_size)):
            module.momentum = 1.0 / (index + 1)
            module.forward(batch)
    module.eval()
