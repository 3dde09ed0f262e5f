"""A document as one self-contained HTML page: no script, nothing fetched, for keyboard, screen reader and print."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from shared.documents import plots
from shared.documents.model import Document, Measure, Plot, Prose, Status, Table, Unit, instant
from shared.documents.rounding import UNITS, day_and_time, written

MEDIA_TYPE = "text/html; charset=utf-8"


def render(document: Document) -> bytes:
    """The page in UTF-8."""
    page = _template().render(
        document=document,
        style=Markup(_style()),  # noqa: S704 – our own file, not input
        Status=Status,
    )
    return page.encode()


@cache
def content_security_policy() -> str:
    """The header under which the page works: its own style and nothing else."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@cache
def _style() -> str:
    return resources.files("shared.documents").joinpath("page.css").read_text()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("shared.documents", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"instant": instant, "day_and_time": day_and_time, "unit": lambda unit: UNITS[unit]}
    environment.globals |= {"written": written, "svg": lambda plot: Markup(plots.svg(plot))}  # noqa: S704 – escaped there
    environment.tests |= {
        "prose": lambda part: isinstance(part, Prose),
        "measure": lambda part: isinstance(part, Measure),
        "table": lambda part: isinstance(part, Table),
        "plot": lambda part: isinstance(part, Plot),
        "number": lambda column: column.unit is not Unit.TEXT,
        "plain": lambda unit: unit in (Unit.COUNT, Unit.PERCENT, Unit.TEXT),
    }
    return environment.get_template("page.html.j2")
