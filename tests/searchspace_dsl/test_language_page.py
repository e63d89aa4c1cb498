"""Every example of docs/language.md does what the page says."""

import re
from pathlib import Path

import numpy as np
import pytest

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.codes import CODES
from searchspace_dsl.errors import SpecError
from searchspace_dsl.load import load_spec, load_text
from searchspace_dsl.operators import OPERATORS
from searchspace_dsl.parse import keywords

PAGE = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
TASK = "task classification { input [32, 32, 3] uint8 classes 10 }\n"
HEAD = "global_average_pool -> dense(classes)"
EXAMPLES = re.findall(r"```nas ?(\w*)\n(.*?)```", PAGE, re.DOTALL)
WRONG = re.findall(r"```nas bad\n(.*?)```\s*```text\n(.*?)```", PAGE, re.DOTALL)


def whole(kind: str, text: str) -> str:
    if kind == "body":
        return f"{TASK}arch page {{\n{text}\n{HEAD} }}"
    if kind == "top":
        return TASK + text + ("" if "\narch " in text else f"arch page {{ {HEAD} }}")
    return text


@pytest.mark.parametrize(("kind", "text"), [found for found in EXAMPLES if found[0] not in ("bad", "board")])
def test_an_example_loads_and_every_network_drawn_from_it_can_be_built(kind: str, text: str) -> None:
    space = load_text(whole(kind, text), "page.nas").space
    rng = np.random.default_rng(0)
    for _ in range(20):
        network = space.elaborate(space.sample(rng))
        assert isinstance(network, Architecture) or "is disconnected" in network.reason


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_example_gives_the_message_shown(text: str, message: str) -> None:
    with pytest.raises(SpecError) as raised:
        load_text(text, "page.nas")
    assert str(raised.value) == message.rstrip("\n")


def test_the_page_shows_every_operator_and_its_parameters() -> None:
    for operator in OPERATORS.values():
        row = next(
            line for line in PAGE.splitlines() if line.startswith("|") and f"`{operator.name}`" in line
        )
        assert all(parameter.name in row for parameter in operator.parameters)


def test_a_file_that_is_none_gives_the_message_shown() -> None:
    with pytest.raises(SpecError) as raised:
        load_spec(Path("missing.nas"))
    assert f"`{raised.value}`" in PAGE


def test_every_diagnostic_is_shown_and_explained() -> None:
    shown = set(re.findall(r"error\[(NAS[01]\d+)\]", PAGE))
    assert shown == set(CODES)
    assert all(f"| {code} | {meaning} |" in PAGE for code, meaning in CODES.items())


def test_every_word_of_the_grammar_is_on_the_page() -> None:
    assert [word for word in keywords() if not re.search(rf"\b{word}\b", PAGE)] == []


def test_no_example_is_left_out() -> None:
    assert len(EXAMPLES) >= 30 and len(WRONG) == sum(kind == "bad" for kind, _ in EXAMPLES)
