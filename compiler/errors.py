"""The errors below NasError that concern models, data, targets and ourselves."""

from searchspace_dsl.errors import NasError


class ModelError(NasError):
    """The user's model or weights file is wrong, or holds an operator that is not supported. Exit code 1."""


class DataError(NasError):
    """The user's dataset is missing, malformed or does not match the spec. Exit code 1."""


class UsageError(NasError):
    """A command was given words or files that do not go together. Exit code 2."""


class RunError(NasError):
    """A run folder, checkpoint or output cannot be read, written or continued. Exit code 1."""


class TargetError(NasError):
    """The target is unknown or its description is wrong. Exit code 1."""


class NothingFitsError(NasError):
    """No network of the space, or not this model, fits the target. Exit code 3."""


class InternalError(NasError):
    """Something that must hold does not: our bug. Exit code 70; the driver asks for a report."""
