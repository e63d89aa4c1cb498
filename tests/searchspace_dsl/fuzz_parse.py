"""Feeds the language whatever libFuzzer comes up with: `make fuzz`, which installs atheris first.

A text either loads, and then its space counts, samples, builds and round-trips, or it is a SpecError.
"""

import re
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["searchspace_dsl"]):
    import numpy as np

    from searchspace_dsl.errors import SpecError
    from searchspace_dsl.load import load_text
    from searchspace_dsl.parse import keywords
    from searchspace_dsl.unroll import reserved

SIGNS = "{ } ( ) [ ] , -> = .. + - * / % < <= == != a b c x y 0 1 2 3 8 0.5 25% 1000000000 KiB ms M"
WORDS = (
    *sorted(reserved() | set(keywords())),
    *SIGNS.split(),
    *('"std/x.nas"', '"a"', "// c\n", "/* c */", "\n"),
)
ROOT = Path(__file__).parents[2]
SPECS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.nas"))]
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
PIECES = [
    re.findall(r'"[^"\n]*"|//[^\n]*\n|[\w.]+|->|[<>=!]=|.', text)
    for text in (*SPECS, *re.findall(r"```nas\s?\w*\n(.*?)```", PAGE, re.DOTALL))
]
TASK = "task classification { input [8, 8, 1] uint8 classes 10 }\n"
HEAD = " global_average_pool -> dense(classes) }"


def written(data: atheris.FuzzedDataProvider) -> str:
    """A text of any characters, of any words, of any words within an architecture, or a damaged spec."""
    kind = data.ConsumeIntInRange(0, 5)
    if kind == 0:
        return str(data.ConsumeUnicodeNoSurrogates(4_000))
    if kind > 2:
        return damaged(data)
    words = [WORDS[data.ConsumeIntInRange(0, len(WORDS) - 1)] for _ in range(data.remaining_bytes())]
    text = " ".join(words)
    return text if kind == 1 else f"{TASK}arch net {{ conv(4, 3) as x {text}{HEAD}"


def damaged(data: atheris.FuzzedDataProvider) -> str:
    """A spec of ours with pieces taken out, put in, and taken from elsewhere in it."""
    pieces = list(PIECES[data.ConsumeIntInRange(0, len(PIECES) - 1)])
    while data.remaining_bytes() and pieces:
        place = data.ConsumeIntInRange(0, len(pieces) - 1)
        gone = data.ConsumeIntInRange(0, 3)
        other = data.ConsumeIntInRange(0, len(pieces) - 1)
        moved = pieces[other : other + data.ConsumeIntInRange(0, 4)]
        word = WORDS[data.ConsumeIntInRange(0, len(WORDS) - 1)] if data.ConsumeBool() else ""
        pieces[place : place + gone] = [*moved, f" {word} "]
    text = "".join(pieces)
    return text if "arch" in text else f"{TASK}arch net {{ {text}{HEAD}"


def load_any(content: bytes) -> None:
    """One run."""
    text = written(atheris.FuzzedDataProvider(content))
    try:
        space = load_text(text, "fuzz.nas").space
    except SpecError as error:
        assert all(finding.message for finding in error.diagnostics)
        return
    assert space.size().count >= 1
    rng = np.random.default_rng(0)
    first, second = space.sample(rng), space.sample(rng)
    for member in (first, space.mutate(first, rng, 0.5), space.crossover(first, second, rng)):
        assert np.array_equal(space.encode(space.decode(member)), member)
        space.elaborate(member)


if __name__ == "__main__":
    atheris.Setup(sys.argv, load_any)
    atheris.Fuzz()
