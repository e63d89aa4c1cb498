"""A network twice: as a PyTorch user writes it, and as a member of a search space."""

import torch
from torch import nn

from compiler.ir.graph import Graph
from tests.compiler.frontends.networks import Net


class TorchTwin(nn.Module):
    """Batch norms have statistics as after training."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Conv2d(2, 6, 3, padding=1, bias=False)
        self.stem_norm = nn.BatchNorm2d(6)
        self.depthwise = nn.Conv2d(6, 6, 3, padding=1, groups=6, bias=False)
        self.depthwise_norm = nn.BatchNorm2d(6)
        self.strided = nn.Conv2d(6, 4, 3, stride=2)
        self.hidden, self.head = nn.Linear(4 * 5 * 4, 7), nn.Linear(7, 3)
        for norm in (self.stem_norm, self.depthwise_norm):
            nn.init.normal_(norm.running_mean)
            nn.init.uniform_(norm.running_var, 0.5, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = nn.functional.relu6(self.stem_norm(self.stem(x)))
        x = x + nn.functional.hardswish(self.depthwise_norm(self.depthwise(x)))
        x = nn.functional.interpolate(nn.functional.silu(x), scale_factor=2)
        x = nn.functional.gelu(self.strided(nn.functional.pad(x, (0, 1, 0, 1))))
        x = nn.functional.avg_pool2d(x, 2)
        return self.head(nn.functional.hardsigmoid(self.hidden(torch.flatten(x, 1))))


def twin_graph() -> Graph:
    """The same network, without weights."""
    net = Net(10, 8, 2)
    stem = net.relu6(net.batch_norm(net.conv("input", filters=6)))
    branch = net.hard_swish(net.batch_norm(net.depthwise(stem)))
    grown = net.upsample(net.swish(net.add(stem, branch)))
    strided = net.conv(grown, filters=4, stride=(2, 2), padding="same_upper", bias=True)
    pooled = net.average_pool(net.gelu(strided))
    hidden = net.hard_sigmoid(net.dense(net.flatten(pooled), units=7))
    net.dense(hidden, units=3)
    return net.graph()
