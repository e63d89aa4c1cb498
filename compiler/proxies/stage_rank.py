"""`stage_rank` (st): the effective rank where the network leaves each resolution."""

import numpy as np

from compiler.proxies.effective_rank import log_effective_rank
from compiler.proxies.forward import Forward
from compiler.proxies.proxy import Proxy


def stage_rank(forward: Forward) -> float:
    """Mean over resolutions of the rank at the last block of each; 0 where there is no block."""
    last = {values.shape[1:-1]: block for block, values in forward.blocks.items()}
    ranks = [log_effective_rank(forward, block) for block in last.values()]
    return float(np.mean(ranks)) if ranks else 0.0


PROXY = Proxy(name="stage_rank", symbol="st", direction="maximize", function=stage_rank)
