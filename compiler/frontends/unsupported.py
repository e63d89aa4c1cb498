"""What stops a model file from becoming a Graph: everything that is not supported, found and told at once."""

from dataclasses import dataclass

from compiler.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsupported:
    """One operator of the file that has no form here. `tensor` is what it computes, `nearest` what would
    do. `shape` is the tensor's; where the file does not tell, that of what is read; None if neither is known.

    `operator` is the format's own word for it, or "" where the trouble is a tensor and no operator.
    """

    operator: str
    tensor: str
    shape: tuple[int, ...] | None
    why: str
    nearest: str

    def __str__(self) -> str:
        where = f"{self.operator} " if self.operator else "tensor "
        shape = "" if self.shape is None else f" {list(self.shape)}"
        return f"{where}{self.tensor!r}{shape}: {self.why}; nearest: {self.nearest}"


class UnsupportedError(ModelError):
    """The file is sound, but holds what is not supported. `reasons` has all of it, in the file's order."""

    def __init__(self, name: str, reasons: tuple[Unsupported, ...]) -> None:
        assert reasons, "an UnsupportedError without a reason tells the user nothing"
        self.name = name
        self.reasons = reasons
        head = f"{name}: {len(reasons)} unsupported"
        super().__init__("\n".join([head, *(f"  {reason}" for reason in reasons)]))

    def __reduce__(self) -> tuple[type["UnsupportedError"], tuple[str, tuple[Unsupported, ...]]]:
        # workers send errors home: rebuild from the reasons, not from the text
        return UnsupportedError, (self.name, self.reasons)
