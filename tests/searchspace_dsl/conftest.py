"""Small specs: a task around whatever a test is about."""

from collections.abc import Callable

import pytest

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.load import load_text
from searchspace_dsl.space import SearchSpace

TASK = "task classification { input [8, 8, 1] uint8 classes 10 }\n"
HEAD = " global_average_pool -> dense(classes)"


@pytest.fixture
def space_of() -> Callable[..., SearchSpace]:
    """A space from the body of its architecture, and blocks before it."""

    def load(body: str, before: str = "", task: str = TASK, head: str = HEAD) -> SearchSpace:
        return load_text(f"{task}{before}\narch net {{ {body} {head} }}", "test.nas").space

    return load


@pytest.fixture
def network_of(space_of: Callable[..., SearchSpace]) -> Callable[..., Architecture]:
    """The member with the given decisions of such a space."""

    def load(body: str, before: str = "", **decisions: object) -> Architecture:
        space = space_of(body, before)
        network = space.elaborate(space.encode(decisions))
        assert isinstance(network, Architecture), network
        return network

    return load
