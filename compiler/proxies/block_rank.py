"""`block_rank` (em): the effective rank of what the blocks put out, on average."""

import numpy as np

from compiler.proxies.effective_rank import log_effective_rank
from compiler.proxies.forward import Forward
from compiler.proxies.proxy import Proxy


def block_rank(forward: Forward) -> float:
    """Mean over all blocks (a sum would reward depth alone); 0 where there is no block."""
    ranks = [log_effective_rank(forward, block) for block in forward.blocks]
    return float(np.mean(ranks)) if ranks else 0.0


PROXY = Proxy(name="block_rank", symbol="em", direction="maximize", function=block_rank)
