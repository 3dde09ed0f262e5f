"""The pages that greet and explain: `/`, the catalogue of operations under `/docs`, and the documents for machines."""

from typing import Any, cast
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.gateway.pages.catalogue import Catalogue
from services.gateway.pages.described import described
from services.gateway.pages.guides import GUIDES, guide
from services.gateway.pages.rendering import page
from services.gateway.state import gateway_of

PUBLIC = {"cache-control": "public, max-age=60", "access-control-allow-origin": "*"}
LONGEST_SEARCH = 100
MISSING, PERHAPS = "Page not found", "Check the address, or begin at the start page."


async def home(request: Request) -> Response:
    """Greets, and points."""
    found = _catalogue(request)
    services = {name: (await found.of(name))["info"] for name in found.names}
    url = gateway_of(request).settings.public_url
    return _page(request, "home.html", services=services, url=url, port=urlsplit(url).port)


async def docs(request: Request) -> Response:
    """All services with their operations, or those of which all words of `q` are said."""
    found = _catalogue(request)
    asked = request.query_params.get("q", "").strip()[:LONGEST_SEARCH]
    services = [described(name, await found.of(name), asked.split()) for name in found.names]
    return _page(request, "docs.html", services=[one for one in services if one.nouns], asked=asked)


async def docs_page(request: Request) -> Response:
    """One service's operations, each with what it takes, an example and what it answers; or one of the guides."""
    name, found = request.path_params["name"], _catalogue(request)
    if name in GUIDES:
        return _page(request, "guide.html", guide=guide(name))
    if name not in found.names:
        raise HTTPException(404)
    return _page(request, "docs_service.html", service=described(name, await found.of(name)))


async def whole(request: Request) -> Response:
    """The OpenAPI document of the suite."""
    return JSONResponse(await _catalogue(request).whole(), headers=PUBLIC)


async def one(request: Request) -> Response:
    """The OpenAPI document of one service."""
    name = request.path_params["name"]
    if name not in _catalogue(request).names:
        raise HTTPException(404)
    return JSONResponse(await _catalogue(request).of(name), headers=PUBLIC)


def show_what_is_not_there(app: FastAPI) -> None:
    """A 404 of the gateway's own is a page for whoever looks with a browser, and stays a problem for programs."""
    usual = app.exception_handlers[HTTPException]

    async def refused(request: Request, failure: Exception) -> Response:
        assert isinstance(failure, HTTPException)
        if failure.status_code == 404 and "text/html" in request.headers.get("accept", ""):
            return _page(request, "problem.html", status=404, title=MISSING, detail=PERHAPS, cure="")
        return cast("Response", await usual(request, failure))  # type: ignore[misc]

    app.add_exception_handler(HTTPException, refused)


def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


def _page(request: Request, template: str, **values: Any) -> Response:
    return page(template, sandbox=gateway_of(request).settings.sandbox, **values)


ROUTES = [
    Route("/", home, methods=["GET"]),
    Route("/docs", docs, methods=["GET"]),
    Route("/docs/{name}", docs_page, methods=["GET"]),
    Route("/openapi.json", whole, methods=["GET"]),
    Route("/openapi/{name}.json", one, methods=["GET"]),
]
