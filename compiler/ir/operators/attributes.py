"""Attributes that operators of several families have."""

from dataclasses import dataclass
from typing import Literal

Activation = Literal["none", "relu", "relu6", "relu_n1_1"]
"""What an operator may clamp its output to while it writes it."""
Curve = Literal["sigmoid", "tanh", "hard_sigmoid", "hard_swish", "swish", "gelu", "leaky_relu"]
"""Functions of one number that are no clamps; compiler.ir.curve defines them."""
Pair = tuple[int, int]
Pads = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What convolution and pooling share: how a window walks over the map."""

    kernel: Pair
    strides: Pair = (1, 1)
    dilations: Pair = (1, 1)
    pads: Pads = (0, 0, 0, 0)
