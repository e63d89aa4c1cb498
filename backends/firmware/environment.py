"""The Jinja2 environment of the generated folder: strict, repeatable, with the few filters templates need."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import backends.emulate
from backends.firmware.c_text import (
    c_array,
    c_comment,
    c_float,
    c_floats,
    c_int,
    c_string,
    c_table,
    make_text,
    md_text,
)

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDERS = (Path(__file__).parent / "templates", Path(backends.emulate.__file__).parent / "templates")


@cache
def environment() -> "Environment":
    """One environment for all templates of backends/firmware and backends/emulate."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader([str(folder) for folder in FOLDERS]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    for filter_ in (c_array, c_comment, c_float, c_floats, c_int, c_string, c_table, make_text, md_text):
        found.filters[filter_.__name__] = filter_
    return found


def render(template: str, view: object) -> str:
    """The text of one file; the template sees `view` and nothing else."""
    return environment().get_template(template).render(view=view)
