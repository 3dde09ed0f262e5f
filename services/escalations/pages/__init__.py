"""Pages for people without an account: plain, readable with a screen reader, working without scripts."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

# The stylesheet is the gateway's, which serves every page and this one at the same origin.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """One page, with the headers that keep other sites out of it."""
    body = _templates().get_template(template).render(**values)
    return HTMLResponse(body, status, {"content-security-policy": POLICY})


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
