"""Jinja2 as the report uses it: everything escaped, nothing undefined, only characters that XML can hold."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(template: str, view: object) -> str:
    """The template's text for one view, which it knows as `view`."""
    return _environment().get_template(template).render(view=view)


def printable(value: object) -> object:
    """Characters that XML forbids become the replacement character; other values stay as they are."""
    if isinstance(value, str) and _NOT_XML.search(value):
        return type(value)(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value))
    return value


def pixels(value: float) -> str:
    """A place or length in an SVG, to a tenth of a pixel: 12, 12.5."""
    return f"{value:.1f}".removesuffix(".0")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["px"] = pixels
    return environment
