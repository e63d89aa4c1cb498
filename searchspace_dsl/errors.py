"""The root of every error protonas raises on purpose, and the one that concerns a spec's text."""

from searchspace_dsl.diagnostics import Diagnostic


class NasError(Exception):
    """Root of all errors that the driver turns into a message and an exit code."""


class SpecError(NasError):
    """The user's spec is wrong. Carries every diagnostic found, each ready to print."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        assert diagnostics, "a SpecError without a diagnostic tells the user nothing"
        self.diagnostics = diagnostics
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics))

    def __reduce__(self) -> tuple[type["SpecError"], tuple[tuple[Diagnostic, ...]]]:
        # workers send errors home: rebuild from the diagnostics, not from the text
        return SpecError, (self.diagnostics,)
