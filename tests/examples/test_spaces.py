"""Every example: 200 members are drawn, built, verified, costed on the example's board, and encoded again."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from compiler import plugins
from compiler.cost.limits import exceeds
from compiler.cost.measure import measure
from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.count import count_macs
from compiler.ir.verify import verify_graph
from compiler.ir.verify_program import verify_program
from compiler.target_file import load_target
from searchspace_dsl.format import format_text
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.space import Vector
from searchspace_dsl.spec import Spec

SAMPLES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """`fit`: about which share of members keeps its limits. `impossible`: why some are no network."""

    name: str
    size: int
    fit: float
    reals: int = 0
    impossible: tuple[str, float] | None = None


EXAMPLES = (
    Example(name="nasbench_macro", size=3**8, fit=0.74),
    Example(name="nasbench201", size=5**6, fit=0.98, impossible=("shape", 341 / 5**6)),
    Example(name="kws_ds_cnn", size=62 * 3 * 2 * 2 * (2 + 4 + 8 + 16 + 32), fit=0.77),
    Example(name="mcunet", size=12 * 9 * 9 * (9 * (9 + 9**2 + 9**3)) ** 5, fit=0.44),
    Example(name="prototypenas_images", size=4 * 4**4 * 6**4, reals=5, fit=0.71),
    Example(name="prototypenas_timeseries", size=2 * 4**4 * 6**4, reals=5, fit=0.81),
    Example(name="resnet8_cifar", size=5 * (2 + 2 * 2) ** 3, fit=0.71),
    Example(name="mobilenet_v1_vww", size=9 * 2**8 * (2 + 4 + 8 + 16 + 32), fit=0.66),
    Example(name="fc_autoencoder_ad", size=9 * 4 * 4, fit=0.9),
)  # fmt: skip


@pytest.fixture(params=EXAMPLES, ids=lambda example: example.name)
def example(request: pytest.FixtureRequest) -> Iterator[Example]:
    yield request.param


def members(spec: Spec) -> list[Vector]:
    rng = np.random.default_rng(1)
    return [spec.space.sample(rng) for _ in range(SAMPLES)]


def test_it_is_in_the_one_style(example: Example, spec_of: Callable[[str], Spec]) -> None:
    spec = spec_of(example.name)
    assert format_text(spec.text, spec.path) == spec.text


def test_it_has_as_many_members_as_its_decisions_make(
    example: Example, spec_of: Callable[[str], Spec]
) -> None:
    size = spec_of(example.name).space.size()
    assert (size.count, size.exact, size.reals) == (example.size, True, example.reals)


def test_members_are_built_verified_and_costed(example: Example, spec_of: Callable[[str], Spec]) -> None:
    spec = spec_of(example.name)
    assert spec.target is not None
    target = load_target(spec.target.name, plugins.target_folders())
    backend = plugins.backend("portable")
    outcomes: Counter[str] = Counter()
    for vector in members(spec):
        network = spec.space.elaborate(vector)
        if isinstance(network, Infeasible):
            assert network.reason
            outcomes[network.kind] += 1
            continue
        graph = graph_from_architecture(network, name=spec.name, encoding=spec.task.encoding)
        assert not isinstance(graph, Infeasible), graph
        verify_graph(graph)
        measured = measure(graph, backend, target)
        assert not isinstance(measured, Infeasible), measured
        verify_program(measured.program)
        assert measured.cost.macs == count_macs(graph) > 0
        outcomes["too large" if exceeds(measured.cost, spec.target.limits, target) else "fits"] += 1
    assert outcomes.pop("fits") / SAMPLES == pytest.approx(example.fit, abs=0.05)
    outcomes.pop("too large", None)
    kind, share = example.impossible or ("", 0.0)
    assert set(outcomes) <= {kind}
    assert outcomes.total() / SAMPLES == pytest.approx(share, abs=0.02 if share else 0)


def test_members_come_back_from_their_decisions(example: Example, spec_of: Callable[[str], Spec]) -> None:
    space = spec_of(example.name).space
    for vector in members(spec_of(example.name)):
        assert np.array_equal(space.encode(space.decode(vector)), vector)
