"""Text to tree: spans, printing, and that nothing but SpecError ever leaves it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchspace_dsl.errors import SpecError
from searchspace_dsl.expressions import Binding, Flow
from searchspace_dsl.load import load_text
from searchspace_dsl.parse import parse_text
from searchspace_dsl.printing import body_text
from searchspace_dsl.syntax import Arch

DIGITS = (Path(__file__).parents[2] / "examples" / "digits.nas").read_text(encoding="utf-8")
PIECES = (
    "task classification { input [8, 8, 1] uint8 classes 10 }",
    "arch net {",
    "block b(x, y = 2) {",
    "}",
    "{",
    "(",
    ")",
    "conv(8, 3)",
    "relu",
    "->",
    "repeat 3",
    "repeat choose 1..3 as i",
    "residual {",
    "choose {",
    "choose 1..4 step 2",
    "x = 3",
    "x",
    "b(1)",
    ",",
    "add(",
    "[4 of x]",
    "x[i]",
    "require x < 3",
    "with padding = same {",
    "tied",
    "as y",
    "flatten -> dense(classes)",
    "input",
    "search {",
    "trials 3",
    "target t {",
    "ram <= 3 KiB",
    "..",
    "1",
    "0.5",
    "-",
    "*",
    'import "x.nas"',
    "not",
    "and",
    "%",
    "//",
    "/*",
    '"',
)


def body_of(text: str) -> Arch:
    arch = parse_text(f"arch a {{ {text} }}", "t.nas").items[0]
    assert isinstance(arch, Arch)
    return arch


def test_spans_cover_what_was_written() -> None:
    arch = parse_text(
        "// a comment\narch net {\n    left = conv(8,\n        3) -> relu as x\n}".replace("left = ", ""),
        "t.nas",
    )
    net = arch.items[0]
    assert isinstance(net, Arch)
    flow = net.body.statements[0]
    assert isinstance(flow, Flow) and flow.label is not None
    assert (flow.span.line, flow.span.column, flow.span.end_line, flow.span.end_column) == (3, 5, 4, 24)
    assert str(flow.label.span) == "t.nas:4:23"


def test_keywords_of_a_task_are_names_elsewhere() -> None:
    arch = body_of("data = 3 mean = data input -> conv(data, mean, range = 2)")
    assert [type(statement) for statement in arch.body.statements] == [Binding, Binding, Flow]


EXPRESSIONS = [
    "conv(8, 3, stride = 2) -> batch_norm -> relu as x",
    "x = choose 1..9 step 2",
    "x = choose (a + 1)..b",
    "x = a - (b - c) * -d % 2 / (3 + e)",
    "require not (a < b) and (c or d == same)",
    "x = (a or b) and c",
    "l = [[1, 2], [3, 4]] y = l[0][1] z = [4 of choose {0.5, 25%}]",
    "tied repeat n as i { residual { relu } repeat 2 { relu } }",
    "with padding = valid, bias = false { add(skip, { relu relu6 }) }",
    'x = "a\\"b\\\\"',
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_printing_a_tree_and_parsing_it_again_gives_the_tree(text: str) -> None:
    body = body_of(text).body
    assert body_of(body_text(body)[2:-2]).body == body


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_a_spec_error(text: str) -> None:
    with pytest.raises(SpecError):
        load_text(text, "any.nas")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_pieces_give_a_spec_or_a_spec_error(pieces: list[str]) -> None:
    attempt(" ".join(pieces))


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, len(DIGITS)), st.integers(0, 30), st.one_of(st.text(max_size=5), st.sampled_from(PIECES))
)
def test_a_damaged_spec_gives_a_spec_or_a_spec_error(start: int, length: int, inserted: str) -> None:
    attempt(DIGITS[:start] + inserted + DIGITS[start + length :])


def attempt(text: str) -> None:
    try:
        load_text(text, "any.nas")
    except SpecError as error:
        lines = text.split("\n")
        for found in error.diagnostics:
            assert 1 <= found.span.line <= len(lines)
            assert 1 <= found.span.column <= len(lines[found.span.line - 1]) + 1
            assert "__" not in found.message and "_ANON" not in found.message
