"""Turns a template and its values into a page, with the headers that keep other sites out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action "
)
MINUTES = {"cache-control": "public, max-age=300"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one field of a form, in words that say how to put it right."""

    field: str
    message: str


def page(
    template: str,
    *,
    status: int = 200,
    mistakes: Sequence[Mistake] = (),
    leads_to: str | None = None,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> Response:
    """One page. `leads_to` is the address to which its form may redirect in the end, beside our own."""
    body = _templates().get_template(template).render(mistakes=mistakes, **values)
    target = f"'self' {_source(leads_to)}" if leads_to else "'self'"
    return HTMLResponse(body, status, {"content-security-policy": POLICY + target, **(headers or {})})


async def stylesheet(request: Request) -> Response:
    """The one stylesheet of all pages."""
    return Response(_stylesheet(), media_type="text/css", headers=MINUTES)


def _source(address: str) -> str:
    """A redirect URI as a source for the content security policy: its origin, or the scheme of an app's own."""
    at = urlsplit(address)
    return f"{at.scheme}://{at.netloc}" if at.scheme in ("https", "http") and ";" not in at.netloc else f"{at.scheme}:"


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def _stylesheet() -> bytes:
    return (HERE / "safer.css").read_bytes()


ROUTES = [Route("/assets/safer.css", stylesheet, methods=["GET"])]
