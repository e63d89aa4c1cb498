"""No text gets out of the place it is put in, and identifiers are legal, distinct and readable."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.firmware.c_text import (
    c_array,
    c_comment,
    c_float,
    c_ident,
    c_int,
    c_string,
    c_table,
    make_text,
    md_text,
    model_prefix,
    unique_idents,
)
from backends.firmware.reserved_words import C_WORDS

HOSTILE = (
    "class",
    'a"; system("x',
    "\U0001f600",
    "x" * 300,
    "",
    "int8_t",
    "9lives",
    "*/ #error",
    "a\\\nb",
    "??/",
)


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ("conv_1", "conv_1"),
        ("Conv 1/Depthwise", "conv_1_depthwise"),
        ("Größe", "gro_e"),
        ("class", "nn_class"),
        ("9lives", "nn_9lives"),
        ("int8_t", "nn_int8_t"),
        ("protonas_add_s8", "nn_protonas_add_s8"),
        ("\U0001f600", "unnamed"),
        ("", "unnamed"),
        ("__init__", "init"),
    ],
)
def test_identifiers(text: str, ident: str) -> None:
    assert c_ident(text) == ident


@given(st.text(max_size=400))
def test_any_text_becomes_a_legal_identifier(text: str) -> None:
    for ident in (c_ident(text), model_prefix(text)):
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", ident)
        assert ident not in C_WORDS
        assert len(ident) <= 64


@given(st.lists(st.text(max_size=12), max_size=12))
def test_distinct_names_get_distinct_identifiers(names: list[str]) -> None:
    idents = unique_idents(names, reserved=("input", "KWS_RUN"), prefix="")
    assert set(idents) == set(names)
    assert len({ident.lower() for ident in idents.values()} | {"input", "kws_run"}) == len(idents) + 2


def test_models_with_hostile_names_never_meet() -> None:
    near = (
        "a-b",
        "a_b",
        "a b",
        "A_B",
        "b_t",
        "nn_b_t",
        "nn_class",
        "nn_9lives",
        "unnamed",
        "stdint",
        "nn_stdint",
    )
    taken = (model_prefix("A_B"), "kws", "kws_weights", "x" * 48, "x" * 49)
    names = (*HOSTILE, *near, *taken)
    assert len({model_prefix(name) for name in names}) == len(names)
    assert model_prefix("kws") == "kws"
    assert model_prefix("digits_2") == "digits_2"
    assert model_prefix("ds-cnn 2").startswith("ds_cnn_2_")
    assert model_prefix("stdint") != "stdint"
    assert model_prefix("kws_weights") != "kws_weights"
    assert model_prefix("arm_nnfunctions") != "arm_nnfunctions"


@given(st.lists(st.text(alphabet="aB_- 1", min_size=1, max_size=5), min_size=2, max_size=30, unique=True))
def test_models_never_meet(names: list[str]) -> None:
    assert len({model_prefix(name) for name in names}) == len(names)


@given(st.text(max_size=80))
def test_a_comment_stays_one_comment(text: str) -> None:
    comment = c_comment(text)
    assert "*/" not in comment and "/*" not in comment and "??" not in comment and "\\" not in comment
    assert all(32 <= ord(char) < 127 for char in comment)


def test_a_comment_of_slashes_and_stars_stays_one_comment() -> None:
    for text in ("*/", "/*/", "**//", "/*/*", "*\\/", "/\\*"):
        assert "*/" not in c_comment(text) and "/*" not in c_comment(text)


@given(st.text(max_size=80))
def test_make_text_holds_nothing_make_acts_on(text: str) -> None:
    assert not set(make_text(text)) & set("$#\\\n\r\v\f\0")


@given(st.text(max_size=60))
def test_markdown_stays_on_its_line_and_in_its_cell(text: str) -> None:
    shown = md_text(text)
    assert len(shown.splitlines()) <= 1
    assert "<" not in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*[|`\[]", shown)


def test_integers_at_the_ends() -> None:
    assert c_int(-(2**31)) == "(-2147483647 - 1)"
    assert c_int(2**31 - 1) == "2147483647"
    assert c_int(2**31) == "2147483648LL"
    assert c_int(-(2**63)) == "(-9223372036854775807LL - 1)"
    assert c_int(-5) == "-5"
    with pytest.raises(ValueError):
        c_int(2**63)


def test_floats_keep_their_value() -> None:
    assert c_float(1.0) == "1.0f"
    assert c_float(0.0078431377) == "0.0078431377f"
    assert c_float(1e-10) == "1e-10f"


def test_arrays_wrap() -> None:
    lines = c_array(range(100), indent=4, width=40).split("\n")
    assert all(len(line) <= 40 and line.startswith("    ") for line in lines)
    assert [int(item) for line in lines for item in line.split(",") if item.strip()] == list(range(100))
    assert c_array([]) == ""


def test_strings_come_back_from_c(tmp_path: Path) -> None:
    texts = [*HOSTILE, "tab\there", "a\x00b", "ünïcödé 12", "%s%n", "\\", '"', "???", "\x7f1"]
    rows = "\n".join(f"    {{{c_string(text)}, sizeof {c_string(text)} - 1}}," for text in texts)
    source = tmp_path / "strings.c"
    source.write_text(
        "#include <stdio.h>\nstatic const struct { const char *text; size_t size; } rows[] = {\n"
        + rows
        + "\n};\nint main(void) { for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {"
        " fwrite(rows[i].text, 1, rows[i].size, stdout); putchar(1); } return 0; }\n",
        encoding="ascii",
    )
    flags = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    subprocess.run(["cc", *flags, str(source), "-o", str(tmp_path / "strings")], check=True)
    printed = subprocess.run([str(tmp_path / "strings")], check=True, capture_output=True).stdout
    assert printed == b"".join(text.encode() + b"\x01" for text in texts)
    assert len(c_string("x" * 5000)) < 1100


@given(
    values=st.lists(st.integers(-(2**31), 2**31 - 1), max_size=80),
    dtype=st.sampled_from(["int8", "uint8", "int16", "int32", "int64", "float32"]),
)
def test_a_table_prints_as_its_single_numbers(values: list[int], dtype: str) -> None:
    numbers = np.array(values, np.int64).astype(dtype)
    one = c_float if dtype == "float32" else c_int
    assert c_table(numbers) == c_array([one(number) for number in numbers.tolist()])


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_the_most_negative_number_of_a_table_is_an_expression(dtype: str) -> None:
    assert "(-2147483647 - 1), 5," in c_table(np.array([-(2**31), 5], dtype))


def test_lines_are_as_long_as_they_may_be() -> None:
    assert c_array(["x" * 93, "y", "z" * 120, "u"]) == "\n".join(
        ["    " + "x" * 93 + ",", "    y,", "    " + "z" * 120 + ",", "    u,"]
    )
