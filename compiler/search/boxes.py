"""Volumes of unions of boxes that share the corner 0: the hypervolume of small sets, without recursion.

A point p stands for the box from 0 to p. By inclusion and exclusion a union of s boxes is a signed sum over
2^s componentwise minima, which NumPy computes for many candidates at once.
"""

import numpy as np

_MOST_BY_INCLUSION = 8


def signed_minima(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Minima (2^s, m) over all subsets of points (s, m) and their signs (-1)^size; the empty one is inf."""
    minima = np.full((1, points.shape[1]), np.inf)
    signs = np.ones(1)
    for point in points:
        minima = np.concatenate([minima, np.minimum(minima, point)])
        signs = np.concatenate([signs, -signs])
    return minima, signs


def contributions(selected: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """(n,): the volume each candidate (n, m) adds to the union of the selected (s, m)."""
    if len(selected) > _MOST_BY_INCLUSION:
        return _contributions_one_by_one(selected, candidates)
    minima, signs = signed_minima(selected)
    added = np.zeros(len(candidates))
    for minimum, sign in zip(minima, signs, strict=True):
        added += sign * np.minimum(minimum, candidates).prod(axis=1)
    # Cancellation may leave -1e-17 where nothing is added.
    return added.clip(min=0.0)


def volume(points: np.ndarray) -> float:
    """The volume of the union of the boxes of points (s, m); 0 for none."""
    import moocore

    return (
        float(moocore.hypervolume(points, ref=np.zeros(points.shape[1]), maximise=True))
        if len(points)
        else 0.0
    )


def _contributions_one_by_one(selected: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    shared = [volume(np.minimum(selected, candidate)) for candidate in candidates]
    added: np.ndarray = candidates.prod(axis=1) - np.array(shared)
    return added.clip(min=0.0)
