"""A run as one HTML file that stands alone: no scripts, nothing from a network, light and dark."""

from compiler.report.page import make_page
from compiler.report.render import render
from compiler.report.view import RunReport


def render_report(view: RunReport) -> str:
    """The whole report as HTML5 text. Every name in `view` is escaped; the same view gives the same text."""
    return render("report.html.j2", make_page(view))
