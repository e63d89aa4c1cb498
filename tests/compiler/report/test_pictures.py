from collections.abc import Callable
from math import isfinite
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.ir.plan import MemoryPlan
from compiler.report.confusion import svg_confusion
from compiler.report.front import svg_front
from compiler.report.history import svg_history
from compiler.report.memory import svg_memory
from compiler.report.view import Axis, Candidate, Confusion, Front, Memory
from tests.compiler.report.views import confusion, front, memory, plan, training

SVG = "{http://www.w3.org/2000/svg}"

PICTURES: dict[str, Callable[[str], str]] = {
    "front": lambda name: svg_front(front(name, label=name)),
    "memory": lambda name: svg_memory(memory(name)),
    "confusion": lambda name: svg_confusion(confusion(name)),
    "history": lambda name: svg_history(training()),
}
PLACES = {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "font-size", "fill-opacity"}
HOSTILE = (
    "</svg><script>alert(1)</script>",
    '"><a href="javascript:x">',
    "{{ 7 * 7 }}{% raw %}",
    "a\x00\x1b\ud800b",
)


def titles(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}title")]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("label", ("plain", "", "x" * 300, *HOSTILE))
def test_is_well_formed_whatever_the_names(name: str, label: str) -> None:
    svg = PICTURES[name](label)
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    allowed = {"svg", "style", "g", "title", "text", "rect", "line", "circle", "polyline"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    for element in root.iter():
        assert all(isfinite(float(element.attrib[key])) for key in PLACES.intersection(element.attrib))


@given(name=st.sampled_from(sorted(PICTURES)), label=st.text(st.characters()))
def test_any_text_is_only_text(name: str, label: str) -> None:
    ElementTree.fromstring(PICTURES[name](label))


@pytest.mark.parametrize("name", PICTURES)
def test_everything_lies_on_the_canvas(name: str) -> None:
    root = ElementTree.fromstring(PICTURES[name]("conv"))
    width, height = (float(root.attrib[key]) for key in ("width", "height"))
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"
    for rect in [element for element in root.iter(f"{SVG}rect") if "x" in element.attrib]:
        x, y, w, h = (float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
        assert x >= 0 and y >= 0 and w > 0 and h > 0 and x + w <= width and y + h <= height
    for dot in root.iter(f"{SVG}circle"):
        assert 0 < float(dot.attrib["cx"]) < width and 0 < float(dot.attrib["cy"]) < height


@pytest.mark.parametrize("name", PICTURES)
def test_styles_come_only_with_a_picture_that_stands_alone(name: str) -> None:
    assert "<style>" in PICTURES[name]("conv")
    assert "<style>" not in svg_history(training(), standalone=False)


def test_front_names_prototypes_and_tells_values_on_hover() -> None:
    svg = svg_front(front())
    assert "digits_1" in texts(svg)
    assert "digits_1: score 5.000, MACs 1.00 k" in titles(svg)
    assert "1 without finite values" in svg
    assert "disconnected" not in "".join(titles(svg))
    assert svg.count('class="pn-dominated"') == 5


def test_front_draws_dominated_candidates_of_one_pixel_once() -> None:
    crowd = tuple(Candidate(name=str(i), x=1.0, y=2.0, kind="dominated") for i in range(1000))
    far = Candidate(name="far", x=9.0, y=9.0, kind="front")
    svg = svg_front(Front(x=Axis(label="a"), y=Axis(label="b"), candidates=(*crowd, far)))
    assert svg.count("<circle") == 2


def test_front_without_candidates_is_an_empty_chart() -> None:
    ElementTree.fromstring(svg_front(Front(x=Axis(label="a"), y=Axis(label="b"), candidates=())))


def test_memory_shows_each_arena_buffer_over_the_calls_it_lives() -> None:
    root = ElementTree.fromstring(svg_memory(memory()))
    blocks = [e for e in root.iter(f"{SVG}rect") if "pn-block" in e.attrib.get("class", "")]
    assert len(blocks) == 3
    one_call = (float(blocks[2].attrib["width"])) / 2
    assert float(blocks[0].attrib["width"]) == pytest.approx(2 * one_call)
    assert float(blocks[1].attrib["height"]) == pytest.approx(2 * float(blocks[0].attrib["height"]), abs=0.2)
    assert "conv_1: 2000 bytes at 1000, live from conv_1 to dense" in titles(svg_memory(memory()))


@pytest.mark.parametrize(
    ("bound", "words"), [(3000, "proven the least"), (2900, "100 B above the lower bound")]
)
def test_memory_says_how_good_the_plan_is(bound: int, words: str) -> None:
    svg = svg_memory(Memory(plan=plan(lower_bound_bytes=bound), calls=("a", "b")))
    assert words in svg


def test_memory_of_an_empty_plan_is_an_empty_chart() -> None:
    nothing = MemoryPlan(placements=(), arena_bytes=0, state_bytes=0, lower_bound_bytes=0)
    ElementTree.fromstring(svg_memory(Memory(plan=nothing, calls=())))


@pytest.mark.parametrize("classes", [1, 2, 10, 60])
def test_confusion_counts_and_recall(classes: int) -> None:
    svg = svg_confusion(confusion("seven", classes))
    assert svg.count('class="pn-cell"') == classes**2
    assert f"seven taken for seven: 20 of {20 + classes // 2}" in svg
    assert ("20" in texts(svg)) == (classes <= 10)


def test_confusion_of_a_class_without_samples() -> None:
    ElementTree.fromstring(svg_confusion(Confusion(labels=("a", "b"), counts=((0, 0), (1, 2)))))


@pytest.mark.parametrize("epochs", [1, 2, 3, 500])
def test_history_marks_the_kept_epoch(epochs: int) -> None:
    svg = svg_history(training(epochs))
    root = ElementTree.fromstring(svg)
    lines = [e.attrib["points"].split() for e in root.iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [epochs] * 4
    assert f"kept: epoch {epochs}" in svg
