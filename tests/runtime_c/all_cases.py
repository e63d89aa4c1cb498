"""Hypothesis strategy: graphs of one operator, any there is a kernel for."""

from hypothesis import strategies as st

from tests.runtime_c import drawn_arithmetic, drawn_graphs, drawn_moves, drawn_offsets, drawn_wide

all_cases = st.one_of(
    drawn_graphs.cases,
    drawn_arithmetic.cases,
    drawn_moves.cases,
    drawn_offsets.offset_cases(),
    drawn_wide.wide_cases,
)
