"""Objectives by name: what exists, what does not, and the numbers they stand for."""

import re
from dataclasses import replace
from math import log
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from compiler.proxies.aggregate import Reference
from compiler.search.metrics import check_objectives, maximized, needed_scores, objective_values
from compiler.search.trial import Evaluation
from compiler.target import Memory, Target
from searchspace_dsl.encoding import InputEncoding
from searchspace_dsl.errors import SpecError
from searchspace_dsl.load import load_text
from searchspace_dsl.space import SearchSpace
from searchspace_dsl.span import Span
from searchspace_dsl.spec import Objective, SearchSettings, Spec, Task

TEXT = "// a spec\nsearch { maximize naswott  minimize macs }\n"
BOARD = Target(
    name="board",
    description="a board",
    core="cortex-m4",
    clock_hz=100_000_000,
    memories=(Memory(name="sram", kind="ram", bytes=1000, source="datasheet"),),
)


def spec_with(*objectives: Objective) -> Spec:
    encoding = InputEncoding(raw_dtype="int8")
    return Spec(
        name="kws",
        path="kws.nas",
        text=TEXT,
        task=Task(kind="classification", input_shape=(8, 8, 1), encoding=encoding, classes=2),
        target=None,
        search=SearchSettings(objectives=objectives),
        space=cast(SearchSpace, None),
    )


def at(metric: str, column: int) -> Objective:
    span = Span(file="kws.nas", line=2, column=column, end_line=2, end_column=column + len(metric))
    return Objective(metric=metric, direction="maximize", span=span)


def the_error(spec: Spec) -> str:
    with pytest.raises(SpecError) as caught:
        check_objectives(spec, BOARD)
    return str(caught.value)


def test_a_misspelt_metric_is_shown_with_the_nearest_name() -> None:
    assert the_error(spec_with(at("naswott", 19))).splitlines() == [
        "kws.nas:2:19: error[NAS201]: no metric is called naswott",
        "    search { maximize naswott  minimize macs }",
        "                      ^^^^^^^ did you mean naswot?",
    ]


def test_a_metric_like_no_other_is_answered_with_all_there_are() -> None:
    message = the_error(spec_with(Objective(metric="happiness", direction="maximize")))
    assert all(name in message for name in ("macs", "latency", "score", "naswot", "block_rank"))


def test_energy_needs_a_board_whose_power_is_known() -> None:
    energy = spec_with(Objective(metric="energy", direction="minimize"))
    assert "NAS202" in the_error(energy)
    check_objectives(energy, replace(BOARD, active_milliwatts=30.0))


def test_a_score_named_twice_under_two_names_is_an_error() -> None:
    assert "NAS203" in the_error(spec_with(at("naswot", 1), at("w", 1)))


def test_every_error_is_reported_at_once() -> None:
    message = the_error(spec_with(at("a1", 1), at("b2", 3)))
    assert message.count("NAS201") == 2


def test_the_default_objectives_are_fine() -> None:
    check_objectives(spec_with(*SearchSettings().objectives), BOARD)


def test_only_scores_that_are_asked_for_are_computed() -> None:
    assert needed_scores([at("macs", 1)]) == ()
    assert needed_scores([at("em", 1), at("macs", 1)]) == ("block_rank",)
    assert needed_scores([at("score", 1)]) == ("block_rank", "naswot", "stage_rank")


def test_values_come_in_the_order_of_the_objectives() -> None:
    evaluation = Evaluation(
        costs={"macs": 7, "latency": 2.5},
        scores={"naswot": 3.0, "block_rank": 1.0, "stage_rank": 1.0},
        violations={},
    )
    objectives = (at("latency", 1), at("w", 1), at("macs", 1))
    assert objective_values(evaluation, objectives, None) == (2.5, 3.0, 7.0)
    reference = Reference(values=((3.0,), (1.0,), (1.0,)))
    assert objective_values(evaluation, (at("score", 1),), reference) == (pytest.approx(3 * log(0.5)),)


def test_minimized_values_change_their_sign() -> None:
    objectives = (Objective(metric="macs", direction="minimize"), at("score", 1))
    assert maximized(np.array([[5.0, -2.0]]), objectives).tolist() == [[-5.0, -2.0]]


def test_the_page_of_the_language_shows_these_messages() -> None:
    page = (Path(__file__).parents[3] / "docs/language.md").read_text(encoding="utf-8")
    found = re.search(r"```nas board\n(.*?)```\s*```text\n(.*?)```", page, re.DOTALL)
    assert found is not None
    spec = load_text(found[1], "page.nas")
    with pytest.raises(SpecError) as caught:
        check_objectives(spec, replace(BOARD, name="nrf5340_dk"))
    assert str(caught.value) == found[2].rstrip("\n")
    assert {f"NAS20{number}" for number in (1, 2, 3)} <= set(re.findall(r"NAS\d+", found[2]))
