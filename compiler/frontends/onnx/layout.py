"""How the axes of an ONNX value lie in memory: transposes and reshapes change this record, not the numbers.

An axis is made of atoms: (N, C, H, W) stored channels last has the atoms c, h, w, stored as h, w, c.
Flattened it is one axis of three atoms, stored as before; the dense layer that reads it takes its weights in
that order. Axes of length 1, as the batch, have no atoms.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import gcd, prod

Shape = tuple[int, ...]
Order = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`dims`: of each axis the atoms, outermost first. `sizes`: of each atom. `storage`: all atoms, outermost
    first, as they lie in memory."""

    dims: tuple[tuple[int, ...], ...]
    sizes: tuple[int, ...]
    storage: tuple[int, ...]

    @property
    def shape(self) -> Shape:
        """The ONNX shape, batch included."""
        return tuple(prod(self.sizes[atom] for atom in dim) for dim in self.dims)

    @property
    def logical(self) -> tuple[int, ...]:
        """All atoms in the order in which ONNX counts elements."""
        return tuple(atom for dim in self.dims for atom in dim)

    def atoms(self, order: Order) -> tuple[int, ...]:
        """The atoms of these axes, in this order."""
        return tuple(atom for axis in order for atom in self.dims[axis])

    def transposed(self, permutation: Order) -> "Layout":
        """Axis i becomes what axis permutation[i] was."""
        return Layout(
            dims=tuple(self.dims[axis] for axis in permutation), sizes=self.sizes, storage=self.storage
        )

    def reshaped(self, shape: Shape) -> "Layout | None":
        """The same elements, in the order in which ONNX counts them, as another shape of as many. None where
        an axis would have to be cut across two pieces that are stored apart.
        """
        runs = _runs(self.logical, self.storage)
        pieces = {run[0]: (prod(self.sizes[atom] for atom in run),) for run in runs}
        cuts = _cut([pieces[run[0]][0] for run in runs], shape)
        if cuts is None:
            return None
        sizes: list[int] = []
        named: list[tuple[int, ...]] = []
        for parts in cuts.pieces:
            named.append(tuple(range(len(sizes), len(sizes) + len(parts))))
            sizes += parts
        order = sorted(range(len(runs)), key=lambda index: self.storage.index(runs[index][0]))
        storage = tuple(atom for index in order for atom in named[index])
        flat = iter(atom for atoms in named for atom in atoms)
        dims = tuple(tuple(next(flat) for _ in range(count)) for count in cuts.atoms_of_axis)
        return Layout(dims=dims, sizes=tuple(sizes), storage=storage)


def stored(shape: Shape, order: Order) -> Layout:
    """Of a value whose axes lie in `order` in memory; axes left out have length 1."""
    present = [axis for axis in range(len(shape)) if shape[axis] > 1]
    number = {axis: atom for atom, axis in enumerate(present)}
    assert set(present) <= set(order)
    return Layout(
        dims=tuple((number[axis],) if axis in number else () for axis in range(len(shape))),
        sizes=tuple(shape[axis] for axis in present),
        storage=tuple(number[axis] for axis in order if axis in number),
    )


def axes_kept(shape: Shape) -> Order:
    """Those that the Graph knows, in ONNX's order: all but a batch of one, and an only axis of length one."""
    return tuple(range(1, len(shape))) if len(shape) > 1 and shape[0] == 1 else tuple(range(len(shape)))


def channels_last(shape: Shape) -> Order:
    """The axes of (1, C, ...) with the channels behind the others."""
    return (*range(2, len(shape)), 1)


def best_order(layout: Layout) -> Order:
    """The order of axes that memory has already; where axes are interleaved, ONNX's. Channels last goes
    first: it tells how an axis of length 1 is best placed.
    """
    shape = layout.shape
    kept = axes_kept(shape)
    orders = [kept]
    if len(shape) in (3, 4) and shape[0] == 1:
        orders.insert(0, channels_last(shape))
    for order in orders:
        if layout.atoms(order) == layout.storage:
            return order
    place = {atom: index for index, atom in enumerate(layout.storage)}
    sparse = tuple(sorted(kept, key=lambda axis: place[layout.dims[axis][0]] if layout.dims[axis] else -1))
    return sparse if layout.atoms(sparse) == layout.storage else kept


def moved_runs(layout: Layout, order: Order) -> tuple[Shape, Order]:
    """What bringing the storage to `order` takes: the shape in which memory is seen, and the permutation."""
    wanted = layout.atoms(order)
    runs = _runs(layout.storage, wanted)
    sizes = tuple(prod(layout.sizes[atom] for atom in run) for run in runs)
    place = {run[0]: index for index, run in enumerate(runs)}
    return sizes, tuple(place[atom] for atom in wanted if atom in place)


def _runs(sequence: tuple[int, ...], other: tuple[int, ...]) -> list[tuple[int, ...]]:
    """`sequence` cut wherever two neighbours are no neighbours, in this order, in `other`."""
    follows = dict(pairwise(other))
    runs: list[tuple[int, ...]] = []
    for atom in sequence:
        if runs and follows.get(runs[-1][-1]) == atom:
            runs[-1] += (atom,)
        else:
            runs.append((atom,))
    return runs


@dataclass(frozen=True, slots=True)
class _Cuts:
    """`pieces`: of each run, the sizes it falls into; `atoms_of_axis`: how many a new axis takes."""

    pieces: list[tuple[int, ...]]
    atoms_of_axis: list[int]


def _cut(runs: list[int], shape: Shape) -> _Cuts | None:
    pieces: list[list[int]] = [[] for _ in runs]
    counts = []
    index, rest = 0, runs[0] if runs else 1
    for size in shape:
        count, need = 0, size
        while need > 1:
            part = gcd(need, rest)
            if part not in (need, rest) or index == len(runs):
                return None
            pieces[index].append(part)
            count, need, rest = count + 1, need // part, rest // part
            if rest == 1:
                index += 1
                rest = runs[index] if index < len(runs) else 1
        counts.append(count)
    return _Cuts([tuple(piece) for piece in pieces], counts)
