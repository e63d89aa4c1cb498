"""What an importer says of a file it cannot turn into a Graph; read_tflite makes the user's errors of it."""


class Refusal(Exception):  # noqa: N818 - an answer, not an error: read_tflite gathers all of them
    """`why` an operator cannot be, and the `nearest` form that could. Never leaves this folder."""

    def __init__(self, why: str, nearest: str) -> None:
        super().__init__(why)
        self.why = why
        self.nearest = nearest


class Unusable(Exception):  # noqa: N818 - becomes a ModelError, with the file's name before it
    """The file is sound, but as a whole nothing that could run on a board. Never leaves this folder."""


class Broken(Exception):  # noqa: N818 - becomes a ModelError, with the file's name before it
    """The file contradicts itself or points outside of itself. Never leaves this folder."""
