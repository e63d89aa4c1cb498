"""The aggregate score: quantiles that never lose an order, and vetoes."""

from math import inf, log, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.proxies.aggregate import TERMS, aggregate, make_reference, quantile

SAMPLE = tuple(float(number) for number in range(10))
floats = st.floats(-50, 50)


def test_quantile_of_a_sample_value_is_its_rank() -> None:
    for rank, value in enumerate(SAMPLE):
        assert quantile(value, SAMPLE) == pytest.approx((rank + 1) / 11)


def test_ties_count_by_half() -> None:
    assert quantile(1.0, (0.0, 1.0, 1.0, 2.0)) == pytest.approx((1 + 1 + 0.5) / 5)


@given(st.lists(floats, max_size=20), floats, floats)
def test_quantiles_keep_the_order_and_lie_between_0_and_1(sample: list[float], a: float, b: float) -> None:
    ascending = tuple(sorted(sample))
    low, high = sorted((a, b))
    assert 0 < quantile(low, ascending) <= quantile(high, ascending) < 1


def test_values_beyond_the_sample_are_still_told_apart() -> None:
    assert quantile(9.0, SAMPLE) < quantile(9.5, SAMPLE) < quantile(20.0, SAMPLE) < 1
    assert quantile(0.0, SAMPLE) > quantile(-1.0, SAMPLE) > quantile(-9.0, SAMPLE) > 0


def test_networks_that_could_not_be_scored_rank_below_all() -> None:
    assert quantile(5.0, (-inf, -inf, 5.0)) == pytest.approx(3 / 4)
    assert quantile(-inf, SAMPLE) == quantile(nan, SAMPLE) == 0


def test_one_bad_term_vetoes() -> None:
    networks = [dict.fromkeys(TERMS, value) for value in SAMPLE]
    reference = make_reference(networks)
    even = aggregate(dict.fromkeys(TERMS, 4.5), reference)
    uneven = aggregate({**dict.fromkeys(TERMS, 9.0), TERMS[0]: -20.0}, reference)
    assert even == pytest.approx(3 * log(5.5 / 11))
    assert uneven < even
    assert aggregate({**dict.fromkeys(TERMS, 9.0), TERMS[1]: -inf}, reference) == -inf


def test_orders_as_the_ranks_within_the_sample_do() -> None:
    rng = np.random.default_rng(0)
    networks = [{term: float(rng.normal()) for term in TERMS} for _ in range(200)]
    reference = make_reference(networks)
    ranks = {term: np.argsort(np.argsort([network[term] for network in networks])) for term in TERMS}
    by_rank = sum(np.log((ranks[term] + 1) / 201) for term in TERMS)
    ours = [aggregate(network, reference) for network in networks]
    assert ours == pytest.approx(list(by_rank))
