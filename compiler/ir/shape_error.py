"""How shape rules refuse inputs."""


class ShapeError(ValueError):
    """An operator cannot take inputs of these shapes. Callers turn it into an error of their own."""


def require(holds: bool, why_not: str) -> None:
    """ShapeError unless it holds; `why_not` follows the operator's name in the message."""
    if not holds:
        raise ShapeError(why_not)
