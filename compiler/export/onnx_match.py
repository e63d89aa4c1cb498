"""Lays a trained network over the one a prototype exports: which tensor of the file is which parameter."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from compiler.errors import ModelError
from compiler.export.onnx_skeleton import NETWORK_INPUT, Step
from compiler.export.onnx_steps import WEIGHTED

BATCH_NORM = "batch_norm"


class OtherNetworkError(ModelError):
    """The file holds another network; `agreed` steps of the prototype were found in it before that showed."""

    def __init__(self, message: str, agreed: int) -> None:
        self.agreed = agreed
        super().__init__(message)

    def __reduce__(self) -> tuple[type["OtherNetworkError"], tuple[str, int]]:
        return OtherNetworkError, (str(self), self.agreed)


@dataclass(frozen=True, slots=True)
class Pair:
    """A step of the prototype with weights, and the one of the file that has them. `folded`: the batch norm
    after it that the file's weights have taken in.
    """

    ours: Step
    theirs: Step
    folded: Step | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Every step with weights, and what they were found by."""

    pairs: tuple[Pair, ...]
    by: Literal["name", "structure"]


@dataclass(slots=True)
class _Match:
    """`place`: for each of our steps so far, the file's; `at`: the file's next."""

    names: tuple[str, str]
    ours: Sequence[Step]
    theirs: Sequence[Step]
    readers: Counter[int]
    place: dict[int, int] = field(default_factory=lambda: {NETWORK_INPUT: NETWORK_INPUT})
    pairs: list[Pair] = field(default_factory=list)
    at: int = 0


def match(ours: Sequence[Step], theirs: Sequence[Step], network: str, file_name: str) -> Match:
    """By name where the file has every tensor under ours, then nodes may be in any order; else step by step.

    OtherNetworkError, naming the first difference, where the file is not this network.
    """
    state = _Match(
        names=(network, file_name),
        ours=ours,
        theirs=theirs,
        readers=Counter(source for step in ours for source in step.sources),
    )
    named = {step.names: step for step in theirs if step.tensors}
    if all(step.names in named for step in ours if step.tensors):
        return _match_names(state, named)
    for index in range(len(ours)):
        _match_step(index, state)
    if state.at < len(theirs):
        extra = theirs[state.at]
        raise _other(state, f"node {extra.node!r:.120} ({extra.op}) comes after all of its layers", len(ours))
    return Match(tuple(state.pairs), "structure")


def _match_names(state: _Match, named: dict[tuple[str, ...], Step]) -> Match:
    pairs = [Pair(step, named[step.names]) for step in state.ours if step.tensors]
    for index, pair in enumerate(pairs):
        _compare(pair.ours, pair.theirs, state, index)
    ours, theirs = (Counter((step.op, step.facts) for step in steps) for steps in (state.ours, state.theirs))
    for found, missing, words in ((theirs, ours, "has more of"), (ours, theirs, "lacks")):
        for op, facts in found - missing:
            raise _other(state, f"it {words} {_described(op, facts)}", len(pairs))
    return Match(tuple(pairs), "name")


def _match_step(index: int, state: _Match) -> None:
    ours = state.ours[index]
    if ours.op == BATCH_NORM and _is_folded(index, state):
        before = state.pairs.pop()
        state.pairs.append(Pair(before.ours, before.theirs, folded=ours))
        state.place[index] = state.place[index - 1]
        return
    if state.at >= len(state.theirs):
        raise _other(state, f"it ends before {ours.node!r} ({_described(ours.op, ours.facts)})", index)
    theirs = state.theirs[state.at]
    _compare(ours, theirs, state, index)
    if tuple(state.place[source] for source in ours.sources) != theirs.sources:
        raise _other(
            state, f"node {theirs.node!r:.120} ({theirs.op}) reads other layers than {ours.node!r}", index
        )
    folds = index + 1 < len(state.ours) and state.ours[index + 1].op == BATCH_NORM
    if ours.op in WEIGHTED and not (folds and len(theirs.tensors) == 2):
        _compare_biases(ours, theirs, state, index)
    state.place[index] = state.at
    state.at += 1
    if ours.tensors:
        state.pairs.append(Pair(ours, theirs))


def _is_folded(index: int, state: _Match) -> bool:
    """Whether the file has no batch norm here, because the layer before it took it in."""
    if index == 0 or (state.at < len(state.theirs) and state.theirs[state.at].op == BATCH_NORM):
        return False
    before = state.ours[index - 1]
    alone = state.ours[index].sources == (index - 1,) and state.readers[index - 1] == 1
    return alone and before.op in WEIGHTED and len(state.pairs[-1].theirs.tensors) == 2


def _compare(ours: Step, theirs: Step, state: _Match, agreed: int) -> None:
    if (ours.op, ours.facts) != (theirs.op, theirs.facts):
        shared = set(ours.facts) & set(theirs.facts) if ours.op == theirs.op else set()
        found, wanted = (
            _described(step.op, [fact for fact in step.facts if fact not in shared])
            for step in (theirs, ours)
        )
        difference = f"node {theirs.node!r:.120} is {found} where it has {ours.node!r}, {wanted}"
        raise _other(state, difference, agreed)
    for tensor, wants in zip(theirs.tensors, ours.tensors, strict=False):
        shape = tensor.shape[::-1] if theirs.flipped and tensor is theirs.tensors[0] else tensor.shape
        if (*shape, *(1,) * (len(wants.shape) - len(shape))) != wants.shape:
            difference = (
                f"tensor {tensor.name!r:.120} is {tensor.shape} where it has {wants.name!r}, {wants.shape}"
            )
            raise _other(state, difference, agreed)


def _compare_biases(ours: Step, theirs: Step, state: _Match, agreed: int) -> None:
    if len(ours.tensors) != len(theirs.tensors):
        has, lacks = ("a bias", "none") if len(theirs.tensors) == 2 else ("no bias", "one")
        raise _other(
            state,
            f"node {theirs.node!r:.120} ({theirs.op}) has {has} where {ours.node!r} has {lacks}",
            agreed,
        )


def _described(op: str, facts: Sequence[tuple[str, object]]) -> str:
    listed = ", ".join(f"{name} {value!r}" for name, value in facts).encode("unicode_escape").decode()
    return f"{op} ({listed})" if listed else op


def _other(state: _Match, difference: str, agreed: int) -> OtherNetworkError:
    network, file_name = state.names
    return OtherNetworkError(f"{file_name} is another network than {network}: {difference:.600}", agreed)
