import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from compiler.report.report import render_report
from tests.compiler.report.views import report

VOID = {"meta", "link", "br", "img", "input", "hr"}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "\x00\ud800'&amp;",
    "--></style>",
)
SHOWN = (
    "3,099 B", "123 k", "600 k", "7.50 ms", "98.61%", "98.33%", "build/digits_1", "70",
    "8 \N{MULTIPLICATION SIGN} 8 \N{MULTIPLICATION SIGN} 16",
)  # fmt: skip


class Page(HTMLParser):
    """Collects tags, attributes and text; fails where tags don't nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.text.append(data.strip())


@pytest.mark.parametrize("name", ("digits_1", *HOSTILE))
def test_is_well_formed_and_loads_nothing(name: str) -> None:
    html = render_report(report(name))
    page = Page(html)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "form"}
    attributes = [(key, value) for _, attrs in page.tags for key, value in attrs.items()]
    assert not [key for key, _ in attributes if key.startswith("on") or key == "src"]
    assert all((value or "").startswith("#") for key, value in attributes if key == "href")
    assert "http" not in html.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert html.isascii() or html.encode("utf-8")


@pytest.mark.parametrize("name", HOSTILE[:3])
def test_names_are_shown_as_they_are(name: str) -> None:
    page = Page(render_report(report(name)))
    assert name in page.text
    assert f"{name}.nas" in page.text


def test_anchors_lead_somewhere() -> None:
    page = Page(render_report(report()))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(set(ids)) == len(ids)
    assert {attrs["href"] for _, attrs in page.tags if "href" in attrs} <= {f"#{name}" for name in ids}


def test_shows_the_numbers_and_the_pictures() -> None:
    page = Page(render_report(report()))
    for text in SHOWN:
        assert text in page.text, text
    assert [tag for tag, _ in page.tags].count("svg") == 1 + 3 * 2
    assert page.text.count("random weights") == 1


def test_a_run_without_training_or_front_has_a_report() -> None:
    full = report()
    bare = replace(
        full.prototypes[0],
        float_accuracy=None,
        integer_accuracy=None,
        balanced_accuracy=None,
        random_weights=True,
        training=None,
        confusion=None,
        memory=None,
        layers=(),
    )
    page = Page(render_report(replace(full, front=None, prototypes=(bare,), rejections=(), notes=())))
    assert "svg" not in [tag for tag, _ in page.tags]
    nothing = Page(render_report(replace(full, front=None, prototypes=(), rejections=())))
    assert "table" not in [tag for tag, _ in nothing.tags]


def test_the_same_view_gives_the_same_bytes() -> None:
    assert render_report(report()) == render_report(report())


def test_importing_the_report_imports_no_jinja() -> None:
    script = "import sys, compiler.report.report; assert 'jinja2' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3])
