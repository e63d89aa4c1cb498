"""Reads a board's TOML, says precisely what is wrong with it, and finds boards by name."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compiler.errors import TargetError
from compiler.target import CORE_ISA, Memory, Target

SIZE_UNITS = {"B": 1, "KiB": 1024, "kB": 1000, "MiB": 1024**2, "MB": 1000**2}
CLOCK_UNITS = {"Hz": 1, "kHz": 1000, "MHz": 10**6, "GHz": 10**9}
KEYS = ("name", "description", "core", "clock", "clock_hz", "clock_source", "memory", "power")
MEMORY_KEYS = ("name", "kind", "bytes", "size", "source")
POWER_KEYS = ("active_milliwatts", "source")
KINDS: dict[str, Literal["ram", "flash"]] = {"ram": "ram", "flash": "flash"}


@dataclass(frozen=True, slots=True)
class _Table:
    """One TOML table and where it stands, so that every complaint names file and key."""

    path: Path
    where: str
    values: Mapping[str, object]

    def error(self, key: str, message: str) -> TargetError:
        return TargetError(f"{self.path}: {self.where}{key}: {message}")

    def allow(self, keys: tuple[str, ...]) -> None:
        for key in self.values:
            if key not in keys:
                raise self.error(key, f"unknown key{_nearest(key, keys)}; there are: {', '.join(keys)}")

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and key not in self.values:
            return default
        value = self._required(key, "a text")
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"{value!r} is not a text")
        return value

    def word(self, key: str, words: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in words:
            raise self.error(key, f"{value!r} is not known{_nearest(value, words)}; choose {_either(words)}")
        return value

    def amount(self, exact: str, short: str, units: Mapping[str, int]) -> int:
        """A positive whole number under `exact`, or a number with a unit under `short`: one of the two."""
        if (exact in self.values) == (short in self.values):
            said = "both are" if exact in self.values else "neither is"
            raise self.error(exact, f"give {exact} or {short}; {said} there")
        if exact in self.values:
            value = self.values[exact]
            if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
                raise self.error(exact, f"{value!r} is not a whole number above 0")
            return value
        return self._with_unit(short, units)

    def _with_unit(self, key: str, units: Mapping[str, int]) -> int:
        text = self.text(key)
        number, _, unit = text.strip().partition(" ")
        if unit.strip() == "KB":
            raise self.error(key, f"{text!r}: KB is ambiguous; write KiB for 1024 bytes or kB for 1000")
        if unit.strip() not in units:
            raise self.error(key, f"{text!r} needs a number, a space and a unit: {_either(tuple(units))}")
        try:
            amount = float(number) * units[unit.strip()]
        except ValueError:
            raise self.error(key, f"{number!r} is not a number") from None
        if not 0 < amount < 2**63 or amount != int(amount):
            raise self.error(key, f"{text!r} is not a whole number of {next(iter(units))} above 0")
        return int(amount)

    def _required(self, key: str, what: str) -> object:
        if key not in self.values:
            raise self.error(key, f"missing; it is {what}")
        return self.values[key]


def load_target(name_or_path: str, folders: tuple[Path, ...]) -> Target:
    """The board called so in one of the folders (the first that has it), else the one in the .toml file of
    that path. TargetError names the nearest boards, or file, key and permitted values."""
    for folder in folders:
        path = folder / f"{name_or_path}.toml"
        if Path(name_or_path).name == name_or_path and path.is_file():
            return read_target(path)
    path = Path(name_or_path)
    if path.suffix == ".toml":
        return read_target(path)
    names = tuple(sorted({path.stem for folder in folders for path in folder.glob("*.toml")}))
    near = difflib.get_close_matches(name_or_path.lower(), names, n=3, cutoff=0.4)
    hint = f"did you mean {_either(tuple(near))}?" if near else f"there are: {', '.join(names) or 'none'}"
    raise TargetError(f"no board is called {name_or_path!r}; {hint} A path to a .toml file works too")


def list_targets(folders: tuple[Path, ...]) -> tuple[Target, ...]:
    """Every board of the folders by name; the first folder with a name wins. TargetError for a wrong file."""
    found: dict[str, Target] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.stem, read_target(path))
    return tuple(found[name] for name in sorted(found))


def read_target(path: Path) -> Target:
    """One board's file. TargetError with file, key and what is permitted."""
    table = _Table(path, "", _toml(path))
    table.allow(KEYS)
    milliwatts, power_source = _power(table)
    return Target(
        name=table.text("name", default=path.stem),
        description=table.text("description", default=""),
        core=table.word("core", tuple(CORE_ISA)),
        clock_hz=table.amount("clock_hz", "clock", CLOCK_UNITS),
        memories=_memories(table),
        active_milliwatts=milliwatts,
        power_source=power_source,
    )


def _toml(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TargetError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TargetError(f"{path}: is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise TargetError(f"{path}: is not TOML: {error}") from error


def _memories(table: _Table) -> tuple[Memory, ...]:
    entries = table.values.get("memory")
    if not isinstance(entries, list) or not entries or not all(isinstance(item, dict) for item in entries):
        raise table.error("memory", "missing; write one [[memory]] table for each region of RAM and flash")
    memories = tuple(
        _memory(_Table(table.path, f"memory[{index}].", item)) for index, item in enumerate(entries)
    )
    names = [memory.name for memory in memories]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise table.error(f"memory[{index}].name", f"{name!r} names an earlier region too")
    for kind in KINDS:
        if kind not in [memory.kind for memory in memories]:
            raise table.error("memory", f"no region is of kind {kind!r}")
    return memories


def _memory(table: _Table) -> Memory:
    table.allow(MEMORY_KEYS)
    return Memory(
        name=table.text("name"),
        kind=KINDS[table.word("kind", tuple(KINDS))],
        bytes=table.amount("bytes", "size", SIZE_UNITS),
        source=table.text("source", default="not stated"),
    )


def _power(table: _Table) -> tuple[float | None, str | None]:
    """active_milliwatts and its source; (None, None) where there is no [power]."""
    if "power" not in table.values:
        return None, None
    values = table.values["power"]
    if not isinstance(values, dict):
        raise table.error("power", "is not a table; write [power]")
    power = _Table(table.path, "power.", values)
    power.allow(POWER_KEYS)
    milliwatts = values.get("active_milliwatts")
    if isinstance(milliwatts, bool) or not isinstance(milliwatts, int | float) or not 0 < milliwatts < 1e6:
        raise power.error("active_milliwatts", f"{milliwatts!r} is not a number of milliwatts above 0")
    return float(milliwatts), power.text("source", default="not stated")


def _nearest(word: str, words: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word.lower(), words, n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _either(words: tuple[str, ...]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
