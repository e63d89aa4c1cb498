"""Whether training is possible here: torch is an optional extra, and asking must not import it."""

from importlib.util import find_spec


def torch_available() -> bool:
    """Whether PyTorch is installed. Imports nothing of it."""
    return find_spec("torch") is not None
