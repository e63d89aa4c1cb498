"""One member of a search space with every number fixed: layers in SSA form, without shapes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from searchspace_dsl.span import Span

AttributeValue = int | float | str | bool | tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One operator call. `name` is also the name of the value it defines.

    `op` and its `attributes` (all present, defaults filled in):
      conv: filters, kernel (h, w), stride (h, w), dilation (h, w), groups, padding, bias
      depthwise: multiplier, kernel, stride, dilation, padding, bias
      transposed_conv: filters, kernel, stride, padding ("same_upper": n * stride long; "valid":
        (n - 1) * stride + kernel), bias
      dense: units, bias
      max_pool, average_pool: kernel, stride, padding
      pad: pads (top, left, bottom, right), of zeros
      upsample: factor (h, w); repeats the nearest
      reshape: shape; the numbers keep their order
      leaky_relu: slope (float)
      relu, relu6, sigmoid, tanh, hard_sigmoid, hard_swish, swish, gelu, softmax: none
      batch_norm, global_average_pool, global_max_pool, flatten: none
      add, mul, concat (last axis): none; two or more inputs. Those of mul after the first may be
        (C,), (1, 1, C), or on a series (1, C): one factor a channel
    On a series (T, C) windows, factors and pads are of width 1: (k, 1), pads (before, 0, after, 0).
    `padding` is "same" (symmetric: kernel//2 on each side, times the dilation), "same_upper" (TensorFlow)
    or "valid".
    `bias` is resolved: False where the layer's only reader is a batch_norm, unless the spec says otherwise.
    `scope`: path of block calls, repeated bodies and residuals the layer came from, each element unique
    among its siblings ("ds_conv_2", "repeat_1", "residual_3"); () at the top of the architecture.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    scope: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """Layers in topological order; the value named "input" is the network's input.

    `input_shape` has no batch: (H, W, C), (T, C) or (N,).
    """

    name: str
    input_shape: tuple[int, ...]
    layers: tuple[Layer, ...]
    output: str
