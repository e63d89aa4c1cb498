"""The one style: nothing is lost or changes its meaning, whatever stands where, and it is stable."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchspace_dsl.concrete import read_phrases
from searchspace_dsl.errors import SpecError
from searchspace_dsl.format import format_text
from searchspace_dsl.parse import parse_text
from searchspace_dsl.spacing import words_of

ROOT = Path(__file__).parents[2]
SHIPPED = sorted([*ROOT.glob("examples/*.nas"), *ROOT.glob("searchspace_dsl/library/*.nas")])
COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|(//[^\n]*|/\*.*?\*/)', re.DOTALL)

names = st.sampled_from(["a", "width", "input", "mean", "conv", "same", "a_rather_long_name_of_a_block"])
numbers = st.sampled_from(["0", "3", "0x10", "1_000", "2.5", "25%", "-7"])
strings = st.sampled_from(['"yes"', '"// no comment"', '"a \\" /* b */"'])


def listed(inner: st.SearchStrategy[str], least: int = 1) -> st.SearchStrategy[str]:
    return st.lists(inner, min_size=least, max_size=5).map(", ".join)


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions around smaller ones."""
    call = st.builds(
        "{}({})".format, names, listed(inner, 0) | listed(st.builds("{} = {}".format, names, inner))
    )
    body = st.lists(statements(call | inner.map("conv({})".format)), max_size=3).map(" ".join)
    return st.one_of(
        call,
        st.builds("[{}]".format, listed(inner)),
        st.builds("[{} of {}]".format, numbers, inner),
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/%"), inner),
        st.builds("choose {{{}{}}}".format, listed(inner), st.sampled_from(["", ","])),
        st.builds("choose {}..{} step {}".format, numbers, names, numbers),
        st.builds("{}[{}]".format, names, inner),
        st.lists(call, min_size=2, max_size=5).map(" -> ".join).map("choose {{ {} }}".format),
        st.builds("repeat {} as i {{ {} }}".format, inner, body),
        st.builds("tied repeat {} {{ {} }}".format, names, body),
        st.builds("residual {{ {} }}".format, body),
        st.builds("with padding = {}, bias = {} {{ {} }}".format, inner, names, body),
    )


def statements(flows: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    chains = st.lists(flows, min_size=1, max_size=4).map(" -> ".join)
    return st.one_of(
        chains,
        st.builds("{} as {}".format, chains, names),
        st.builds("{} = {}".format, names, flows),
        st.builds("require {} < 3 and not {}".format, names, names),
    )


values = st.recursive(names | numbers | strings, larger, max_leaves=12)
calls = st.builds("{}({})".format, names, listed(values, 0))
bodies = st.lists(statements(calls | values.map("choose {{{}}}".format)), max_size=4).map(" ".join)
declarations = st.one_of(
    st.builds("arch {} {{ {} }}".format, names, bodies),
    st.builds("tied block {}(a, b = {}) {{ {} }}".format, names, values, bodies),
    st.builds("a = {}".format, values),
    st.just("target board { ram <= 64 KiB macs <= 2.5 M }"),
    st.just(
        'task classification { input [8, 8, 1] uint8 range 0..255 mean [1, 2] std -3 classes 10 data "x" }'
    ),
    st.just("search { maximize score minimize macs trials 500 }"),
    st.just('import "std/blocks.nas"'),
)
made = st.lists(declarations, max_size=4).map(" ".join)
written = st.sampled_from([path.read_text(encoding="utf-8") for path in SHIPPED])
GAPS = (
    *(" ", " ", " ", "\n", "\n\n\n", "\t", " // c\n", "\n// own line\n", "/* in */"),
    *("\n/* two\n   lines */\n", " /* one */ /* two */ // three\n", "\n\n  // far\n\n", " /* a\n\n  b */ "),
)
gaps = st.lists(st.sampled_from(GAPS), min_size=1, max_size=2).map("".join)


def comments_of(text: str) -> list[list[str]]:
    """Comments in order, without the white space at the edges of their lines."""
    found = (match[2] for match in COMMENT.finditer(text) if match[2])
    return [[line.strip() for line in comment.split("\n")] for comment in found]


def check(text: str) -> str:
    """Formats; all is still there and means the same, and formatting again changes nothing."""
    formatted = format_text(text, "t.nas")
    assert parse_text(formatted, "t.nas") == parse_text(text, "t.nas")
    assert comments_of(formatted) == comments_of(text)
    assert format_text(formatted, "t.nas") == formatted
    outside = COMMENT.sub(lambda match: match[1] or "", formatted)
    assert "\n\n\n" not in COMMENT.sub(lambda match: match[1] or "//", formatted)
    assert all("\t" not in line for line in outside.split("\n"))
    assert all(line == line.rstrip() for line in formatted.split("\n"))
    assert formatted == "" or formatted.endswith("\n")
    return formatted


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_we_ship_is_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert check(text) == text


@settings(max_examples=80, deadline=None)
@given(made)
def test_any_spec_keeps_its_meaning(text: str) -> None:
    formatted = check(text)
    again = check(
        " ".join(word.text for part in read_phrases(formatted, "t.nas")[0].parts for word in words_of(part))
    )
    assert parse_text(again, "t.nas") == parse_text(text, "t.nas")


@settings(max_examples=80, deadline=None)
@given(made | written, st.data())
def test_comments_and_line_ends_anywhere_are_kept(text: str, data: st.DataObject) -> None:
    words = [word.text for part in read_phrases(text, "t.nas")[0].parts for word in words_of(part)]
    strewn = data.draw(st.sets(st.integers(0, len(words)), max_size=8))
    places = {place: data.draw(gaps) for place in sorted(strewn)}
    check("".join(places.get(place, " ") + word for place, word in enumerate([*words, ""])))


def arch(body: str) -> str:
    return f"arch a {{\n{body}}}\n"


def test_a_body_stays_on_one_line_where_it_was_written_so_and_fits() -> None:
    assert check("arch a{relu relu6}") == "arch a { relu  relu6 }\n"
    assert check("arch a{\nrelu relu6}") == arch("    relu\n    relu6\n")


def test_long_calls_lists_and_chains_are_broken() -> None:
    labels = ", ".join(f'"label {number}"' for number in range(12))
    long = f"conv({', '.join(['a_rather_long_name'] * 6)}) -> batch_norm"
    assert check(f"task classification {{ classes [{labels},] }}") == (
        "task classification {\n    classes [\n"
        '        "label 0", "label 1", "label 2", "label 3", "label 4", "label 5", "label 6", "label 7",\n'
        '        "label 8", "label 9", "label 10", "label 11"\n    ]\n}\n'
    )
    listed = ",\n".join(["            a_rather_long_name"] * 6)
    assert check(f"arch a {{ {long} }}") == arch(
        f"    conv(\n{listed.replace(' ' * 12, ' ' * 8)}\n    )\n        -> batch_norm\n"
    )


def test_neighbours_that_say_alike_are_aligned() -> None:
    bindings = "a = 1 // one\nlonger_name = choose {1,2,}\n\nb = -2 /* two */\n"
    assert check(bindings) == "a           = 1  // one\nlonger_name = choose {1, 2}\n\nb = -2  /* two */\n"
    chains = "depthwise(3)->relu->relu6\nconv(16,3)->relu->relu6 relu->relu6"
    assert check("arch a {\n" + chains + "}") == arch(
        "    depthwise(3) -> relu -> relu6\n    conv(16, 3)  -> relu -> relu6\n    relu -> relu6\n"
    )


def test_a_comment_stays_with_what_it_is_about() -> None:
    assert check("arch a {\nconv(8 // filters\n, 3) -> // then\nrelu // end\n\n\n// last\n}") == arch(
        "    conv(\n"
        "        8,       // filters\n"
        "        3\n"
        "    )            // then\n"
        "        -> relu  // end\n"
        "\n"
        "    // last\n"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("arch a {", "NAS002"),
        ("x = " + "(" * 3000 + "1" + ")" * 3000, "NAS003"),
        ("a\0", "NAS001"),
        ("x = [" + "f(1), " * 9000 + "1]", "NAS001"),
    ],
)
def test_a_wrong_text_gets_a_diagnostic(text: str, found: str) -> None:
    with pytest.raises(SpecError) as raised:
        format_text(text, "t.nas")
    assert raised.value.diagnostics[0].code == found


def test_nothing_stays_nothing() -> None:
    assert check("") == check(" \n\n") == ""
    assert check("\n// only\n\n\n/* that */") == "// only\n\n/* that */\n"
