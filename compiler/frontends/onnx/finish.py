"""What follows once a file is read: dead nodes go, and a float network is calibrated and quantized."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from compiler.errors import ModelError
from compiler.frontends.onnx.model import shown
from compiler.ir.graph import Graph
from compiler.passes.fold_reshape import fold_reshape
from compiler.passes.pipeline import run_passes
from compiler.passes.quantize_static import quantize_static
from compiler.passes.remove_dead_nodes import remove_dead_nodes
from compiler.reference.calibrate import measure_ranges

if TYPE_CHECKING:
    from compiler.frontends.onnx.read import Imported

Calibration = Mapping[str, np.ndarray] | np.ndarray


def finished(imported: "Imported", name: str, calibration: Calibration | None) -> Graph:
    """The int8 Graph. ModelError as read_onnx says."""
    if imported.quantized:
        if calibration is not None:
            raise ModelError(f"{name} is quantized already; calibration data is for float networks")
        return fold_reshape(remove_dead_nodes(imported.graph))
    if calibration is None:
        raise ModelError(f"{name} is a float network: give data to calibrate on, or quantize it first")
    return quantized_by_us(imported, name, calibration)


def quantized_by_us(imported: "Imported", name: str, calibration: Calibration) -> Graph:
    """Batch norms folded, ranges measured, weights and activations int8."""
    graph = run_passes(imported.graph)
    if len(graph.inputs) != 1:
        raise ModelError(f"{name} has {len(graph.inputs)} inputs; calibration is for networks of one")
    samples = _samples(imported, name, calibration)
    return quantize_static(graph, measure_ranges(graph, [samples]))


def _samples(imported: "Imported", name: str, calibration: Calibration) -> np.ndarray:
    """float32 (N, ...) as the Graph has them."""
    port = imported.graph.inputs[0]
    array = _only(calibration, port, name)
    shape, order = imported.graph.tensors[port].shape, imported.inputs[0]
    if array.dtype.kind not in "fiu" or array.ndim < 1:
        raise ModelError(f"the calibration data for {shown(port)} is no array of numbers")
    if len(array) == 0:
        raise ModelError(f"the calibration data for {shown(port)} holds no samples")
    theirs = tuple(size for _, size in sorted(zip(order, shape, strict=True)))
    if array.shape[1:] == theirs:
        axes = sorted(range(len(order)), key=lambda place: order[place])
        array = array.transpose((0, *(1 + axes.index(place) for place in range(len(order)))))
    elif array.shape[1:] != shape:
        raise ModelError(
            f"the calibration data for {shown(port)} is {list(array.shape[1:])} a sample;"
            f" the network reads {list(theirs)}"
        )
    with np.errstate(over="ignore"):  # beyond float32 is infinite, which is told next
        samples = np.ascontiguousarray(array, np.float32)
    if not np.isfinite(samples).all():
        raise ModelError(f"the calibration data for {shown(port)} is not finite")
    return samples


def _only(calibration: Calibration, port: str, name: str) -> np.ndarray:
    if isinstance(calibration, np.ndarray):
        return calibration
    if port in calibration:
        return calibration[port]
    if len(calibration) == 1:
        return next(iter(calibration.values()))
    raise ModelError(f"the calibration data has no array {shown(port)}, the input of {name}")
