"""How many independent directions a feature map uses: shared by the two scores built on it.

Roy and Vetterli, "The effective rank: a measure of effective dimensionality", EUSIPCO 2007; here on the
eigenvalues of the channel covariance.
"""

import numpy as np

from compiler.proxies.forward import Forward

_MOST_POSITIONS = 2048


def log_effective_rank(forward: Forward, block: str) -> float:
    """Entropy in nats of the normalized eigenvalues of a block output's channel covariance.

    The covariance runs over batch and positions, at most 2,048 of them. 0 for a map that never varies.
    """
    values = forward.blocks[block]
    rows = values.reshape(-1, values.shape[-1])
    rows = rows[forward.positions(len(rows), _MOST_POSITIONS)].astype(np.float64)
    rows -= rows.mean(axis=0)
    # The smaller Gram matrix has the same nonzero eigenvalues as the covariance, up to scale.
    gram = rows.T @ rows if rows.shape[1] <= rows.shape[0] else rows @ rows.T
    if not np.all(np.isfinite(gram)):
        return -np.inf
    eigenvalues = np.clip(np.linalg.eigvalsh(gram), 0.0, None)
    total = eigenvalues.sum()
    if total <= 0:
        return 0.0
    shares = eigenvalues[eigenvalues > 0] / total
    return float(-np.sum(shares * np.log(shares)))
