"""`naswot` (w): how differently a network's activations split a batch.

Mellor, Turner, Storkey and Crowley, "Neural Architecture Search without Training", ICML 2021.
"""

import numpy as np

from compiler.proxies.forward import BATCH, Forward
from compiler.proxies.proxy import Proxy

_RIDGE = 1e-9


def naswot(forward: Forward) -> float:
    """ln det(X X' + (1 - X)(1 - X)' + 1e-9 I) / batch; row b of X tells which units sample b switches on."""
    batch = BATCH
    kernel = np.zeros((batch, batch))
    for values in forward.activations.values():
        on = (values.reshape(batch, -1) > 0).astype(np.float32)
        off = 1 - on
        kernel += (on @ on.T + off @ off.T).astype(np.float64)
    sign, log_determinant = np.linalg.slogdet(kernel + _RIDGE * np.eye(batch))
    return float(log_determinant) / batch if sign > 0 else -np.inf


PROXY = Proxy(name="naswot", symbol="w", direction="maximize", function=naswot)
