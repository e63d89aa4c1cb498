"""What names mean while a space is unrolled, and the decisions found on the way."""

from collections import Counter
from dataclasses import dataclass, field, replace

from searchspace_dsl.decisions import Choice, Decision, Domain
from searchspace_dsl.network import Node
from searchspace_dsl.span import Span
from searchspace_dsl.syntax import Block
from searchspace_dsl.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An operator or block named but not called yet."""

    name: str
    block: Block | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """A choice among networks, operators or blocks; `selector` is the index of the one taken."""

    selector: Value
    options: tuple["Bound", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """A list of networks, operators or blocks."""

    items: tuple["Bound", ...]


# None: not known, because it is wrong and reported, or a parameter of a block that nobody calls.
Bound = Value | Node | Reference | Options | Several | None


@dataclass(slots=True, kw_only=True)
class Scope:
    """One body. `path` names its decisions; `siblings` counts what the path has named already.

    `defaults`: arguments set by an enclosing `with`. `calls`: blocks being called, outermost first.
    """

    names: dict[str, Bound] = field(default_factory=dict)
    parent: "Scope | None" = None
    path: tuple[str, ...] = ()
    siblings: Counter[str] = field(default_factory=Counter)
    tied: bool = False
    defaults: dict[str, Bound] = field(default_factory=dict)
    calls: tuple[str, ...] = ()

    def holds(self, name: str) -> bool:
        """Whether `name` is defined here or further out."""
        return name in self.names or (self.parent is not None and self.parent.holds(name))

    def find(self, name: str) -> Bound:
        """What `name`, which is defined, means."""
        if name in self.names or self.parent is None:
            return self.names[name]
        return self.parent.find(name)

    def visible(self) -> set[str]:
        """Every name defined here or further out."""
        return set(self.names) | (self.parent.visible() if self.parent else set())

    def inner(self, names: dict[str, Bound] | None = None) -> "Scope":
        """A body within this one, on the same path."""
        return replace(self, names=dict(names or {}), parent=self)

    def under(self, element: str, *, tied: bool = False) -> "Scope":
        """The same names, one step further down the path."""
        return replace(
            self,
            names={},
            parent=self,
            path=(*self.path, element),
            siblings=Counter(),
            tied=self.tied or tied,
        )

    def element(self, base: str) -> str:
        """`base`, or `base_2` and so on where a sibling has the name."""
        self.siblings[base] += 1
        return base if self.siblings[base] == 1 else f"{base}_{self.siblings[base]}"

    def numbered(self, base: str) -> str:
        """`base_1`, `base_2`, ..."""
        self.siblings[base] += 1
        return f"{base}_{self.siblings[base]}"


@dataclass(slots=True)
class Ledger:
    """Decisions in the order of the text, each under its path; tied bodies find theirs again by it."""

    _entries: list[tuple[tuple[str, ...], Domain, Span, bool]] = field(default_factory=list)
    _by_path: dict[tuple[str, ...], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._entries)

    def enter(
        self, path: tuple[str, ...], domain: Domain, span: Span, *, named: bool, tied: bool
    ) -> int | None:
        """Index of the decision at `path`; None if a tied one is met again with another number of options."""
        known = self._by_path.get(path)
        if known is not None and tied:
            return known if self._entries[known][1].cardinality == domain.cardinality else None
        while path in self._by_path:
            path = (*path[:-1], f"{path[-1]}_")
        self._by_path[path] = len(self._entries)
        self._entries.append((path, domain, span, named))
        return len(self._entries) - 1

    def settle(self, index: int, choice: Choice) -> None:
        """Gives a decision its options: it comes before those within them, and they are not known before."""
        path, _, span, named = self._entries[index]
        self._entries[index] = (path, choice, span, named)

    def decisions(self) -> tuple[Decision, ...]:
        """All, under the user's own name where that is unique, else under their path."""
        short = Counter(path[-1] for path, _, _, named in self._entries if named)
        taken = {".".join(path) for path, _, _, _ in self._entries if len(path) > 1}
        found = []
        for path, domain, span, named in self._entries:
            own = named and short[path[-1]] == 1 and path[-1] not in taken
            found.append(Decision(name=path[-1] if own else ".".join(path), domain=domain, span=span))
        return tuple(found)
