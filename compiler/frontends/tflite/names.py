"""Names from a file made fit to print: short, without control characters, each used once."""

import re

MOST_CHARACTERS = 60
_ODD = re.compile(r"[^A-Za-z0-9_./:-]+")


def safe_name(name: str, otherwise: str) -> str:
    """The last part of `name` in plain characters; `otherwise` where nothing is left of it.

    Converters join the names of fused operators with ";": the first says what the value is.
    """
    plain = _ODD.sub("_", name.split(";")[0]).strip("_/.:-")
    return plain[-MOST_CHARACTERS:].strip("_/.:-") or otherwise


class Names:
    """Hands out names that nobody has."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._next: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """`name`, or `name` with the first free number from 2 on."""
        found = name
        while found in self._used:
            number = self._next.get(name, 2)
            self._next[name] = number + 1
            found = f"{name}_{number}"
        self._used.add(found)
        return found
