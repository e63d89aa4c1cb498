"""Counts the members of an unrolled space by dynamic programming over its nodes.

A table maps what is known about shared decisions (those read at several places) to the number of ways to
get there. A decision leaves the tables at the smallest node that holds all places reading it; places in
different options of a Select never meet.
"""

from collections import Counter

from searchspace_dsl.bounds import UNBOUNDED, bounds
from searchspace_dsl.count_tables import NOTHING, READ, Key, Table, Work, merged, summed
from searchspace_dsl.distributions import Distributions
from searchspace_dsl.network import (
    Guard,
    Join,
    Loop,
    Mark,
    Node,
    Operator,
    Resize,
    Scoped,
    Select,
    Sequence,
    Setting,
    Skip,
)
from searchspace_dsl.operators import Scalar
from searchspace_dsl.unroll import Unrolled
from searchspace_dsl.values import (
    Compute,
    Constant,
    Item,
    Items,
    Part,
    Pick,
    PickInt,
    PickReal,
    Value,
)


def count_members(unrolled: Unrolled, *, with_requires: bool) -> int:
    """Number of assignments of the active discrete decisions; reals count once. Raises TooMuchWorkError."""
    return _Counter(unrolled, with_requires=with_requires).total()


class _Counter:
    """One count; `with_requires` False leaves them out."""

    def __init__(self, unrolled: Unrolled, *, with_requires: bool) -> None:
        self._sizes = [decision.cardinality or 1 for decision in unrolled.decisions]
        self._top = Select(selector=unrolled.selector, options=unrolled.networks)
        self._with_requires = with_requires
        self._sites: dict[int, Counter[int]] = {}
        self._tables: dict[tuple[int, int], Table] = {}
        self._work = Work()
        self._distributions = Distributions(self._sizes, self._work)
        # How many places that can meet read each decision; one Counter for each context, so that ids differ.
        self._all_sites = self._sites_of(self._top)
        self._contexts = [self._all_sites]

    def total(self) -> int:
        """Number of members."""
        return sum(self._table(self._top).values())

    def _sites_of(self, part: Node | Value) -> Counter[int]:
        """How many places within `part` read each decision."""
        known = self._sites.get(id(part))
        if known is None:
            known = Counter([part.decision]) if isinstance(part, Pick | PickInt | PickReal) else Counter()
            for inner in _parts(part):
                known.update(self._sites_of(inner))
            self._sites[id(part)] = known
        return known

    def _table(self, node: Node) -> Table:
        key = (id(node), id(self._all_sites))
        known = self._tables.get(key)
        if known is None:
            known = self._tables[key] = self._closed(self._open_table(node), node)
        return known

    def _open_table(self, node: Node) -> Table:
        match node:
            case Select():
                tables: dict[Scalar, Table] = {
                    index: self._option_table(node, option) for index, option in enumerate(node.options)
                }
                return self._branched(node.selector, tables)
            case Loop():
                return self._loop(node)
            case Guard():
                if not self._with_requires:
                    return self._reads(node.condition)
                return summed(
                    (key, n)
                    for (key, value), n in self._distributions.of(node.condition).items()
                    if value is True
                )
        table: Table = {NOTHING: 1}
        for part in _parts(node):
            table = self._combined(table, self._table(part) if isinstance(part, Node) else self._reads(part))
        return table

    def _option_table(self, node: Select, option: Node) -> Table:
        """The table of an option, from which decisions leave that only other options read, too."""
        around = self._all_sites
        inside, own = self._sites_of(node), self._sites_of(option)
        selector = self._sites_of(node.selector)
        meeting = {
            decision: places + selector[decision]
            for decision, places in own.items()
            if inside[decision] == around[decision] != places + selector[decision]
        }
        if not meeting:
            return self._table(option)
        self._all_sites = Counter({**around, **meeting})
        self._contexts.append(self._all_sites)
        table = self._table(option)
        self._all_sites = around
        return table

    def _loop(self, node: Loop) -> Table:
        tables: dict[Scalar, Table] = {0: {NOTHING: 1}}
        for count, iteration in enumerate(node.iterations, start=1):
            tables[count] = self._combined(tables[count - 1], self._table(iteration))
        return self._branched(node.count, tables)

    def _branched(self, selector: Value, tables: dict[Scalar, Table]) -> Table:
        """The table that the selector's value names; a value that names none makes no member."""
        first = next(iter(tables.values()))
        if isinstance(selector, PickInt) and all(table == first for table in tables.values()):
            return self._combined(self._reads(selector), first)
        found: Table = {}
        for (key, value), ways in self._distributions.of(selector).items():
            if value in tables:
                for both, times in self._combined({key: ways}, tables[value]).items():
                    found[both] = found.get(both, 0) + times
        return found

    def _reads(self, value: Value) -> Table:
        """What reading `value` says of decisions, whatever it is."""
        key = (id(value), id(self._all_sites))
        known = self._tables.get(key)
        if known is None:
            known = self._tables[key] = self._closed(self._open_reads(value), value)
        return known

    def _open_reads(self, value: Value) -> Table:
        table: Table
        match value:
            case Pick(decision=decision, options=options):
                if all(isinstance(option, Constant) for option in options):
                    table = {frozenset({(decision, READ)}): 1}
                else:
                    taken = [
                        self._combined({frozenset({(decision, i)}): 1}, self._reads(o))
                        for i, o in enumerate(options)
                    ]
                    table = summed(entry for part in taken for entry in part.items())
            case PickInt(decision=decision) | PickReal(decision=decision):
                table = {frozenset({(decision, READ)}): 1}
            case Item(items=items, index=index):
                table = self._branched(index, {place: self._reads(item) for place, item in enumerate(items)})
            case Compute() if _can_fail(value):
                table = summed((key, ways) for (key, _), ways in self._distributions.of(value).items())
            case _:
                table = {NOTHING: 1}
                for part in _parts(value):
                    assert isinstance(part, Value)
                    table = self._combined(table, self._reads(part))
        return table

    def _closed(self, table: Table, part: Node | Value) -> Table:
        """`table` without the decisions that nothing outside of `part` reads."""
        sites = self._sites_of(part)
        closed = {decision for decision, places in sites.items() if places == self._all_sites[decision]}
        if not closed:
            return table
        return summed((self._without(key, closed, ways)) for key, ways in table.items())

    def _without(self, key: Key, closed: set[int], ways: int) -> tuple[Key, int]:
        for decision, coordinate in key:
            if decision in closed and coordinate == READ:
                ways *= self._sizes[decision]
        return frozenset(known for known in key if known[0] not in closed), ways

    def _combined(self, left: Table, right: Table) -> Table:
        self._work.spend(len(left) * len(right))
        found: Table = {}
        for a, ways in left.items():
            for b, times in right.items():
                key = merged(a, b)
                if key is not None:
                    found[key] = found.get(key, 0) + ways * times
        return found


def _can_fail(value: Compute) -> bool:
    """Whether computing it can fail in some member, which then is none."""
    return value.type == "number" and not value.measured and bounds(value) == UNBOUNDED


def _parts(part: Node | Value) -> tuple[Node | Value, ...]:
    """What a node or value is made of."""
    match part:
        case Operator(arguments=arguments):
            return tuple(value for _, value in arguments)
        case Sequence(items=nodes) | Join(branches=nodes):
            return nodes
        case Scoped(body=body) | Skip(body=body) | Mark(body=body):
            return (body,)
        case Setting(settings=settings, body=body):
            return (*(value for _, value in settings), body)
        case Resize(sides=sides):
            return sides
        case Select(selector=selector, options=nodes):
            return (selector, *nodes)
        case Loop(count=count, iterations=nodes):
            return (count, *nodes)
        case Guard(condition=condition):
            return (condition,)
        case Pick(options=options):
            return options
        case Items(items=values):
            return values
        case Item(items=values, index=index):
            return (*values, index)
        case Part(whole=whole):
            return (whole,)
        case Compute(arguments=values):
            return values
    return ()
