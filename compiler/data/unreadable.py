"""Why one file of a folder cannot be read, and reading it without trusting its size."""

from pathlib import Path

MOST_FILE_BYTES = 8 * 2**20


class Unreadable(Exception):  # noqa: N818  # not an error by itself: its reader adds the file's name
    """What is wrong with a file, as the end of a sentence that begins with its name."""


def read_bounded(path: Path) -> bytes:
    """The content of a regular file of at most 8 MiB. Unreadable otherwise."""
    try:
        if not path.is_file():
            raise Unreadable("is not a file")
        with path.open("rb") as stream:
            content = stream.read(MOST_FILE_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error
    if len(content) > MOST_FILE_BYTES:
        raise Unreadable(f"is larger than {MOST_FILE_BYTES // 2**20} MiB")
    return content


def require_size(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    """Unreadable where an image, height and width in pixels, is not of the task's size."""
    if size != wanted:
        raise Unreadable(
            f"is {size[0]} pixels high and {size[1]} wide; the task's input is {wanted[0]} by {wanted[1]}"
        )
