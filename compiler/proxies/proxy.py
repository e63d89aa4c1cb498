"""What a zero-shot score is: a name, a direction, and a function of one forward pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from compiler.proxies.forward import Forward


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """`name` and `symbol` (the short name in the literature and in our tables) both stand for it in a spec.

    `function` gives a float for any forward pass; not finite means the network cannot be scored.
    """

    name: str
    symbol: str
    direction: Literal["maximize", "minimize"]
    function: Callable[[Forward], float]
