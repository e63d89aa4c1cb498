"""Float32 convolution, depthwise, dense and batch norm of batches (N, ...)."""

import numpy as np

from compiler.ir.ops import Activation, BatchNorm, Conv2D, Dense, DepthwiseConv2D, TransposeConv2D
from compiler.reference.convolve import add_bias, convolve, convolve_depthwise, convolve_transposed
from compiler.reference.windows import widened


def clamp(values: np.ndarray, activation: Activation) -> np.ndarray:
    """Applies the activation in place and returns its argument."""
    if activation != "none":
        np.maximum(values, 0, out=values)
    if activation == "relu6":
        np.minimum(values, 6, out=values)
    return values


def run_conv(op: Conv2D, inputs: list[np.ndarray]) -> np.ndarray:
    """inputs: x (N, H, W, C), weight OHWI, and bias (O,) where there is one."""
    return _finished(convolve(inputs[0], inputs[1], op), inputs, op.activation)


def run_depthwise(op: DepthwiseConv2D, inputs: list[np.ndarray]) -> np.ndarray:
    """inputs: x (N, H, W, C), weight (1, kh, kw, C * multiplier), and bias where there is one."""
    return _finished(convolve_depthwise(inputs[0], inputs[1], op), inputs, op.activation)


def run_transpose_conv(op: TransposeConv2D, inputs: list[np.ndarray]) -> np.ndarray:
    """inputs: x (N, H, W, C), weight OHWI, and bias (O,) where there is one."""
    return _finished(convolve_transposed(inputs[0], inputs[1], op), inputs, op.activation)


def run_dense(op: Dense, inputs: list[np.ndarray]) -> np.ndarray:
    """inputs: x (N, I), weight (O, I), and bias (O,) where there is one."""
    return _finished(inputs[0] @ inputs[1].T, inputs, op.activation)


def _finished(total: np.ndarray, inputs: list[np.ndarray], activation: Activation) -> np.ndarray:
    if len(inputs) == 3:
        add_bias(total, inputs[2])
    return clamp(total, activation)


def run_batch_norm(op: BatchNorm, inputs: list[np.ndarray]) -> np.ndarray:
    """With the stored mean and variance."""
    x, gamma, beta, mean, variance = inputs
    scale = gamma / np.sqrt(variance + np.float32(op.epsilon))
    out = np.empty(x.shape, x.dtype)
    wide_x, wide_scale, wide_shift = widened(np.ascontiguousarray(x), scale, beta - mean * scale)
    wide = out.reshape(wide_x.shape)
    np.multiply(wide_x, wide_scale, out=wide)
    wide += wide_shift
    return out


def normalize_batch(op: BatchNorm, inputs: list[np.ndarray]) -> np.ndarray:
    """With the mean and (biased) variance of this batch over every axis but the last, as in training."""
    x, gamma, beta = inputs[:3]
    rows = np.ascontiguousarray(x).reshape(-1, x.shape[-1])
    each = np.full(len(rows), 1 / len(rows), np.float32)
    mean = each @ rows
    wide_x, wide_mean = widened(rows, mean)
    out: np.ndarray = wide_x - wide_mean
    variance = each @ np.square(out).reshape(rows.shape)
    wide, scale, shift = widened(
        out.reshape(rows.shape), gamma / np.sqrt(variance + np.float32(op.epsilon)), beta
    )
    wide *= scale
    wide += shift
    return out.reshape(x.shape)
