from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from compiler.report.labels import Box, place_labels, shorten, text_box

AREA = Box(60.0, 14.0, 546.0, 312.0)
MARKS = st.lists(
    st.tuples(st.floats(80, 530), st.floats(30, 300), st.text("abcdef_1", min_size=1, max_size=18)),
    max_size=10,
)


@given(MARKS)
def test_no_label_covers_another_a_mark_or_the_edge(marks: list[tuple[float, float, str]]) -> None:
    placed = place_labels(marks, AREA, radius=6.0)
    assert [(label.text, label.mark_x, label.mark_y) for label in placed] == [(t, x, y) for x, y, t in marks]
    boxes = [text_box(label.text, label.x, label.y) for label in placed]
    assert not any(left.meets(right) for left, right in combinations(boxes, 2))
    assert all(AREA.holds(box) for box in boxes)
    dots = [Box(x - 5.9, y - 5.9, x + 5.9, y + 5.9) for x, y, _ in marks]
    assert not any(box.meets(dot) for box in boxes for dot in dots)


def test_a_lone_label_stands_beside_its_mark() -> None:
    (label,) = place_labels([(200.0, 100.0, "kws_1")], AREA, radius=6.0)
    assert label.x > 200.0 and label.y == 100.0 and not label.leader


def test_a_label_without_room_is_left_out() -> None:
    assert place_labels([(5.0, 5.0, "far too long")], Box(0.0, 0.0, 20.0, 10.0), radius=3.0) == ()


@given(st.text(), st.integers(3, 30))
def test_shortened_names_keep_both_ends(text: str, characters: int) -> None:
    short = shorten(text, characters)
    assert len(short) <= characters
    assert short == text or (short[0] == text[0] and short[-1] == text[-1])
