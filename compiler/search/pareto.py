"""Dominance: who is on the front, who comes next, and how crowded it is there. Larger is better."""

import numpy as np


def dominates(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(len(a), len(b)) booleans: a[i] is nowhere worse than b[j] and somewhere better."""
    no_worse = np.ones((len(a), len(b)), dtype=bool)
    better = np.zeros((len(a), len(b)), dtype=bool)
    # One objective at a time: an (n, n, m) temporary would be m times the memory traffic.
    for left, right in zip(a.T, b.T, strict=True):
        no_worse &= left[:, None] >= right[None, :]
        better |= left[:, None] > right[None, :]
    return no_worse & better


def nondominated(objectives: np.ndarray) -> np.ndarray:
    """(n,) booleans for objectives (n, m): dominated by none. Equal points do not dominate each other."""
    dominated: np.ndarray = np.logical_or.reduce(dominates(objectives, objectives), axis=0)
    return ~dominated


def ranks(objectives: np.ndarray) -> np.ndarray:
    """(n,) integers: 0 on the front, 1 on the front of what is left without it, and so on."""
    domination = dominates(objectives, objectives)
    dominators = domination.sum(axis=0)
    result = np.full(len(objectives), -1)
    rank = 0
    while (front := (dominators == 0) & (result < 0)).any():
        result[front] = rank
        dominators = dominators - domination[front].sum(axis=0)
        rank += 1
    return result


def crowding(objectives: np.ndarray) -> np.ndarray:
    """(n,) distances between each point's neighbours on one front, summed over normalized objectives.

    Infinite at the ends of an objective that varies. Deb et al., "A fast and elitist multiobjective genetic
    algorithm: NSGA-II", IEEE Transactions on Evolutionary Computation 6(2), 2002.
    """
    distances = np.zeros(len(objectives))
    for values in objectives.T:
        order = np.argsort(values, kind="stable")
        ordered = values[order]
        spread = ordered[-1] - ordered[0]
        if spread <= 0:
            continue
        distances[order[[0, -1]]] = np.inf
        distances[order[1:-1]] += (ordered[2:] - ordered[:-2]) / spread
    return distances


def hypervolume(objectives: np.ndarray, reference: np.ndarray) -> float:
    """Volume of what (n, m) points dominate above the point `reference` (m,)."""
    import moocore

    return float(moocore.hypervolume(objectives, ref=reference, maximise=True)) if len(objectives) else 0.0
