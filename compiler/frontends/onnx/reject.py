"""How a handler says that a node has no form here; the walk over the file collects all of these."""


class RejectedError(Exception):
    """`why` the node is not supported, and the `nearest` form that is."""

    def __init__(self, why: str, nearest: str) -> None:
        super().__init__(why)
        self.why = why
        self.nearest = nearest
