"""Every diagnostic code, with a spec that earns it: line, column and message."""

import pytest

from searchspace_dsl.codes import CODES
from searchspace_dsl.diagnostics import Diagnostic
from searchspace_dsl.errors import SpecError
from searchspace_dsl.load import load_text

TASK = "task classification { input [8, 8, 1] uint8 classes 10 }\n"
HEAD = "global_average_pool -> dense(classes) }"


def arch(body: str) -> str:
    return f"{TASK}arch net {{\n{body}\n{HEAD}"


# code, spec, line, column, message, hint
CASES = [
    ("NAS001", "arch a\x07", 1, 7, "holds the control character U+0007, so this is no text", ""),
    ("NAS001", " " * 70_000, 1, 1, "longer than 64 KiB, so this is no spec", ""),
    ("NAS002", arch("conv(3, 3"), 4, 1, "expected `)` or `,`, but found `global_average_pool`", ""),
    ("NAS002", TASK + "arch net { conv(3, 3) ->\n\n", 2, 25, "expected an operator, but the file ends", ""),
    ("NAS002", arch("conv(3, ) -> 3"), 3, 14, "expected an operator, but found `3`", ""),
    ("NAS002", arch("reapeat 3 { relu }"), 3, 9, "but found `3`", "did you mean `repeat`?"),
    (
        "NAS002",
        "taks classification { }",
        1,
        6,
        "expected `=`, but found `classification`",
        "did you mean `task`?",
    ),
    ("NAS002", arch("k = choose 1..3 require k = 3"), 3, 27, "but found `=`", "to compare write `==`"),
    ("NAS002", arch("relu") + "\ntarget t { ram = 3 KiB }", 5, 16, "found `=`", "a limit is written `<=`"),
    ("NAS002", arch("relu") + "\ntarget t { ram <= 3 KiB, flash <= 9 KiB }", 5, 24, "`,`", "no commas here"),
    ("NAS002", arch("relu") + "\nsearch { maximize score, minimize macs }", 5, 24, "`,`", "no commas here"),
    ("NAS002", arch("conv(8, 3) $"), 3, 12, "`$` has no meaning here", ""),
    ("NAS002", arch('conv("8, 3)'), 3, 6, "a string that does not end on its line", ""),
    ("NAS003", arch("x = " + "-" * 200 + "1"), 3, 121, "nested too deeply", ""),
    (
        "NAS003",
        arch("\n".join(f"x{i} = x{i - 1} + 1" if i else "x0 = choose 1..2" for i in range(80))),
        63,
        1,
        "`x60` is built of too many layers of names",
        "",
    ),
    ("NAS010", arch("cnv(8, 3)"), 3, 1, "nothing is called `cnv` here", "did you mean `conv`?"),
    ("NAS010", arch("inverted(8)"), 3, 1, "`inverted` here", 'add `import "std/inverted_residual.nas"`'),
    ("NAS010", arch("xyzzy"), 3, 1, "nothing is called `xyzzy` here", "known: add, average_pool, batch_norm"),
    ("NAS010", arch("conv(fliters, 3)\nfilters = 3"), 3, 6, "nothing is called `fliters` here", ""),
    ("NAS011", arch("relu = 3 conv(3, 3)"), 3, 1, "`relu` is a word of the language already", ""),
    ("NAS011", arch("x = 3\nx = 4 conv(x, 3)"), 4, 1, "`x` is defined already", "a name keeps its value"),
    ("NAS011", arch("relu") + "\narch net { relu }", 5, 6, "`net` is defined already", ""),
    (
        "NAS011",
        "block choose_me() { relu } block conv() { relu }\n" + arch("relu"),
        1,
        34,
        "`conv` is a word",
        "",
    ),
    ("NAS012", arch("conv(8)"), 3, 1, "conv needs kernel", "conv(filters, kernel, stride = ..."),
    (
        "NAS012",
        arch("conv(8, 3, strid = 2)"),
        3,
        20,
        "conv has no parameter `strid`",
        "did you mean `stride`?",
    ),
    ("NAS012", arch("relu(1)"), 3, 6, "relu is given 1 arguments; it takes none", ""),
    ("NAS012", arch("conv(8, 3, kernel = 3)"), 3, 21, "conv is given `kernel` twice", ""),
    ("NAS012", arch("add(relu)"), 3, 1, "add joins two branches or more, not 1", ""),
    ("NAS012", arch("conv(max(3), 3)"), 3, 6, "max takes 2 or more arguments, not 1", ""),
    (
        "NAS012",
        arch("with pading = same { relu }"),
        3,
        6,
        "no operator has a parameter `pading`",
        "`padding`?",
    ),
    (
        "NAS013",
        "block a() { b } block b() { a }\n" + arch("a"),
        1,
        29,
        "block a calls itself: a -> b -> a",
        "",
    ),
    (
        "NAS020",
        arch("3 -> relu".replace("3", "x")).replace("arch", "x = 3 arch"),
        3,
        1,
        "expected an operator or a block, not a number",
        "",
    ),
    ("NAS020", arch("conv(relu, 3)"), 3, 6, "expected a value, not an operator or block", ""),
    ("NAS020", arch("choose { conv(8, 3), 4 }"), 3, 1, "options are either all values or all operators", ""),
    ("NAS020", arch("require 3 conv(8, 3)"), 3, 9, "require needs something true or false, not a number", ""),
    ("NAS020", arch("conv(3 + same, 3)"), 3, 10, "`+` needs a number here, not a word", ""),
    ("NAS020", arch('conv("8", 3)'), 3, 6, "a string has no meaning here", ""),
    (
        "NAS021",
        arch("conv(choose {0, 8}, 3)"),
        3,
        6,
        "conv filters cannot be 0",
        "permitted: a number from 1",
    ),
    (
        "NAS021",
        arch("with sparsity = choose 0%..100% { conv(8, 3) }"),
        3,
        17,
        "with sparsity cannot be 1",
        "permitted: a number from 0 to less than 1",
    ),
    (
        "NAS021",
        arch("repeat choose 1.0..3.0 { conv(8, 3) }"),
        3,
        8,
        "a count must be a whole number",
        "a `step` of 1",
    ),
    ("NAS021", arch("conv(8, choose 0..4)"), 3, 9, "conv kernel cannot be 0", "permitted: a whole number"),
    (
        "NAS021",
        arch("conv(8, 3, padding = true)"),
        3,
        22,
        "conv padding cannot be true",
        "one of same, same_upper",
    ),
    ("NAS021", arch("conv(1 / 0, 3)"), 3, 6, "division by zero (line 3)", ""),
    (
        "NAS021",
        arch("l = [1, 2] conv(l[2], 3)"),
        3,
        19,
        "the index can be 2, but the list holds items 0..1",
        "",
    ),
    ("NAS021", arch("repeat 1 - 2 { relu }"), 3, 8, "repeat -1 times cannot be", ""),
    ("NAS021", arch("conv(1234567890123456, 3)"), 3, 6, "a number this long cannot be meant", ""),
    ("NAS022", arch("conv(choose 9..3, 3)"), 3, 6, "9..3 is empty", "write the smaller end first"),
    ("NAS022", arch("conv(choose {8, 16, 8}, 3)"), 3, 21, "8 is among the options already", ""),
    ("NAS022", arch("x = choose 1..2 conv(choose x..9, 3)"), 3, 29, "the ends of a range are fixed", ""),
    ("NAS022", arch("residual { }"), 3, 1, "a residual around nothing", ""),
    ("NAS023", arch("repeat 1000000000 { relu }"), 3, 8, "repeat 1,000,000,000 times; at most 1000", ""),
    (
        "NAS023",
        arch("repeat 50 { repeat 50 { relu } }"),
        2,
        6,
        "net can have 2502 operators; at most 2000",
        "",
    ),
    (
        "NAS023",
        "".join(f"block b{i + 1}() {{ b{i} b{i} }}\n" for i in range(40))
        + "block b0() { relu relu }\n"
        + arch("b40"),
        41,
        14,
        "it unrolls to more than 40,000 pieces",
        "",
    ),
    ("NAS030", "", 1, 1, "this spec says nothing", ""),
    ("NAS030", TASK, 1, 1, "the spec has no architecture", ""),
    ("NAS030", "arch a { relu }", 1, 1, "the spec has no task", ""),
    ("NAS030", "task classification { classes 3 }\narch a { relu }", 1, 6, "does not say its `input`", ""),
    ("NAS030", TASK + TASK + "arch a { relu }", 2, 1, "a spec has one `task`; this is another", ""),
    (
        "NAS031",
        arch("relu") + "\nsearch { maximise score }",
        5,
        10,
        "unknown setting `maximise`",
        "`maximize`?",
    ),
    ("NAS031", arch("relu") + "\nsearch { trials 0 }", 5, 17, "trials cannot be 0", "a whole number from 1"),
    (
        "NAS031",
        arch("relu") + "\ntarget t { rom <= 3 KiB }",
        5,
        12,
        "unknown limit `rom`",
        "did you mean `ram`?",
    ),
    (
        "NAS031",
        arch("relu") + "\ntarget t { ram >= 3 KiB }",
        5,
        12,
        "a limit is an upper bound: `ram <= ...`",
        "",
    ),
    ("NAS031", TASK.replace("classification", "regression") + "arch a { relu }", 1, 6, "unknown task", ""),
    (
        "NAS032",
        arch("relu") + "\ntarget t { ram <= 64 KB }",
        5,
        22,
        "`KB` is no unit of ram",
        "write KiB (1024 bytes)",
    ),
    (
        "NAS032",
        arch("relu") + "\ntarget t { latency <= 3 MHz }",
        5,
        25,
        "`MHz` is no unit of latency",
        "us, ms, s",
    ),
    (
        "NAS032",
        arch("relu") + "\ntarget t { flash <= 3 }",
        5,
        21,
        "`flash` needs a unit",
        "permitted: B, KiB, kB",
    ),
    (
        "NAS032",
        arch("relu") + "\ntarget t { ram <= 32 kib }",
        5,
        22,
        "`kib` is no unit of ram",
        "did you mean `KiB`? permitted: B, KiB, kB, MiB, MB",
    ),
    ("NAS033", TASK.replace("uint8", "uint9") + "arch a { relu }", 1, 39, "unknown type `uint9`", "`uint8`?"),
    ("NAS033", TASK.replace("8, 8, 1", "8, 0, 1") + "arch a { relu }", 1, 33, "a side of the input", ""),
    (
        "NAS033",
        TASK.replace("uint8", "uint8 range 9..3") + "arch a { relu }",
        1,
        45,
        "from its smaller end",
        "",
    ),
    (
        "NAS033",
        TASK.replace("uint8", "uint8 range -1..3") + "arch a { relu }",
        1,
        45,
        "uint8 holds 0..255 only",
        "",
    ),
    ("NAS033", TASK.replace("uint8", "uint8 std 0") + "arch a { relu }", 1, 45, "greater than 0", ""),
    (
        "NAS033",
        TASK.replace("uint8", "uint8 mean [1, 2]") + "arch a { relu }",
        1,
        45,
        "`mean` is one number",
        "",
    ),
    ("NAS033", TASK.replace("10", "1") + "arch a { relu }", 1, 53, "classes are a number from 2", ""),
    (
        "NAS033",
        TASK.replace("10", '["a", "a"]') + "arch a { relu }",
        1,
        59,
        'the class "a" is named twice',
        "",
    ),
    (
        "NAS040",
        arch("conv(8, 9, padding = valid)"),
        3,
        1,
        "no member can be built: conv kernel 9x9 on a 8x8 map, the network's input",
        "",
    ),
    (
        "NAS040",
        arch("x = choose {2, 3}\nrepeat 5.5 % x { conv(8, 3) }"),
        4,
        1,
        "(line 4): a count must be a whole number from 0",
        "",
    ),
    ("NAS040", TASK + "arch net { conv(8, 3) }", 2, 12, "net ends in 8x8x8, but the task has 10 classes", ""),
    (
        "NAS041",
        arch("x = choose 1..3\nrequire x > 3\nconv(x, 3)"),
        4,
        1,
        "no member satisfies every `require`",
        "",
    ),
    ("NAS041", arch("require 2 > 3\nconv(2, 3)"), 3, 9, "this never holds, so the space is empty", ""),
    (
        "NAS050",
        'import "missing.nas"\n' + arch("relu"),
        1,
        8,
        "cannot import missing.nas",
        "cannot read the file",
    ),
]


def findings(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as raised:
        load_text(text, "bad.nas")
    return raised.value.diagnostics


@pytest.mark.parametrize(("code", "text", "line", "column", "message", "hint"), CASES, ids=range(len(CASES)))
def test_the_finding_stands_where_the_mistake_is(
    code: str, text: str, line: int, column: int, message: str, hint: str
) -> None:
    found = findings(text)[0]
    assert (found.code, found.span.line, found.span.column) == (code, line, column), str(found)
    assert message in found.message
    assert hint in found.hint


def test_every_code_has_a_case() -> None:
    assert {case[0] for case in CASES} == set(CODES)


def test_all_semantic_mistakes_of_a_file_are_reported_at_once_and_in_order() -> None:
    text = (
        "task regression { input [8, 8, 1] uint9 classes 10 }\n"
        "target board { ram <= 64 KB }\n"
        "block unused(x) { cnv(x, 3) }\n"
        "arch net { conv(0, 3) -> rleu }\n"
        "search { trails 5 }\n"
    )
    assert [(found.span.line, found.code) for found in findings(text)] == [
        (1, "NAS031"), (1, "NAS033"), (2, "NAS032"), (3, "NAS010"), (4, "NAS021"), (4, "NAS010"),
        (5, "NAS031"),
    ]  # fmt: skip


def test_a_finding_shows_its_line_and_a_caret_under_the_mistake() -> None:
    shown = str(findings(arch("\tconv(8, 3, strid = 2)"))[0])
    assert shown.splitlines() == [
        "bad.nas:3:21: error[NAS012]: conv has no parameter `strid`",
        "    \tconv(8, 3, strid = 2)",
        "    \t                   ^ did you mean `stride`?",
    ]
