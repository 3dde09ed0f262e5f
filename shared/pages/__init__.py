"""Pages for people without an account: plain, readable with a screen reader, working without scripts.

`page.html` is what every page looks like, `fields.html` how a field says what is wrong with it.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

# The stylesheet is the gateway's, which serves every page and these at the same origin.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def page(folder: Path, template: str, status: int = 200, **values: Any) -> Response:
    """One page of a service, whose templates lie in `folder`, with the headers that keep other sites out of it."""
    body = _templates(folder).get_template(template).render(**values)
    return HTMLResponse(body, status, {"content-security-policy": POLICY})


@lru_cache
def _templates(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader([folder, Path(__file__).parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
