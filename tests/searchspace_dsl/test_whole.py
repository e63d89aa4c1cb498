"""What indexes a list is a whole number in every member, or the spec is refused."""

import numpy as np
import pytest

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.errors import SpecError
from searchspace_dsl.load import load_text

SPEC = """task classification { input [8, 8, 1] uint8  classes 10 }
arch net {
    d = choose %s
    list = [8, 16, 24]
    conv(list[%s], 3) -> relu -> global_average_pool -> dense(classes)
}
"""


@pytest.mark.parametrize(
    ("domain", "index"),
    [
        ("0..2 step 1.0", "d"),
        ("0.0..2.0", "d"),
        ("0..2", "d / 2"),
        ("{0, 1.5}", "d"),
        ("0..1", "d * 0.5 + 0.5"),
    ],
)
def test_an_index_that_need_not_be_whole_is_refused(domain: str, index: str) -> None:
    with pytest.raises(SpecError, match=r"NAS021.*the index (may be a number that is not whole|can be)"):
        load_text(SPEC % (domain, index), "net.nas")


@pytest.mark.parametrize(
    ("domain", "index"),
    [
        ("0..2", "d"),
        ("{0, 2}", "2 - d"),
        ("0..4 step 2", "floor(d / 2)"),
        ("0.0..2.0", "round(d)"),
        ("0..2", "min(d, 1) + max(0, 0)"),
    ],
)
def test_a_whole_index_picks_an_item(domain: str, index: str) -> None:
    space = load_text(SPEC % (domain, index), "net.nas").space
    rng = np.random.default_rng(0)
    for _ in range(20):
        network = space.elaborate(space.sample(rng))
        assert isinstance(network, Architecture)
        assert network.layers[0].attributes["filters"] in (8, 16, 24)
