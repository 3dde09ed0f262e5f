"""The pages that greet and explain: `/`, the catalogue of operations under `/docs`, and the documents for machines."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.gateway.pages.catalogue import Catalogue, Document
from services.gateway.pages.rendering import page
from services.gateway.state import gateway_of

PUBLIC = {"cache-control": "public, max-age=60", "access-control-allow-origin": "*"}
METHODS = ("get", "post", "put", "patch", "delete")
PROBLEMS = Path(__file__).parents[3] / "docs" / "problems.md"
ROW = re.compile(r"^\| `(?P<code>[a-z_]+)` \| (?P<status>\d{3}) \| (?P<cause>.*?) \| (?P<cure>.*?) \|$", re.MULTILINE)


async def home(request: Request) -> Response:
    """Greets, and points."""
    settings, found = gateway_of(request).settings, _catalogue(request)
    documents = [(name, await found.of(name)) for name in found.names]
    services = [
        {"name": name, "title": one["info"]["title"], "about": one["info"]["description"]} for name, one in documents
    ]
    return page("home.html", sandbox=settings.sandbox, services=services, url=settings.public_url)


async def docs(request: Request) -> Response:
    """All services with their operations."""
    found = _catalogue(request)
    services = [_listed(name, await found.of(name)) for name in found.names]
    return page("docs.html", sandbox=gateway_of(request).settings.sandbox, services=services)


async def service_docs(request: Request) -> Response:
    """One service's operations, each with what it takes, needs and answers."""
    name = request.path_params["name"]
    if name not in _catalogue(request).names:
        raise HTTPException(404)
    described = _listed(name, await _catalogue(request).of(name))
    return page("docs_service.html", sandbox=gateway_of(request).settings.sandbox, service=described)


async def problems(request: Request) -> Response:
    """Every problem's cause and cure; a problem's `type` points here."""
    return page("problems.html", sandbox=gateway_of(request).settings.sandbox, problems=_problems())


async def whole(request: Request) -> Response:
    """The OpenAPI document of the suite."""
    return JSONResponse(await _catalogue(request).whole(), headers=PUBLIC)


async def one(request: Request) -> Response:
    """The OpenAPI document of one service."""
    name = request.path_params["name"]
    if name not in _catalogue(request).names:
        raise HTTPException(404)
    return JSONResponse(await _catalogue(request).of(name), headers=PUBLIC)


def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


def _listed(name: str, document: Document) -> dict[str, Any]:
    operations = [
        {
            "id": re.sub(r"[^a-z0-9]+", "-", f"{method}-{path}".lower()).strip("-"),
            "method": method.upper(),
            "path": path,
            "summary": given.get("summary", ""),
            "description": given.get("description", "").split("\n\nScope ")[0],
            "action": given.get("x-action"),
            "scope": given.get("x-scope"),
            "parameters": given.get("parameters", []),
            "fields": _fields(document, given),
            "answers": sorted(given.get("responses", {}).items()),
        }
        for path, at in document["paths"].items()
        for method, given in at.items()
        if method in METHODS
    ]
    return {
        "name": name,
        "title": document["info"]["title"],
        "about": document["info"]["description"],
        "operations": operations,
    }


def _fields(document: Document, operation: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a JSON body, one level deep: the machine's document holds the rest."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    reference = content.get("schema", {}).get("$ref", "")
    schema = document["components"]["schemas"].get(reference.rpartition("/")[2], {})
    required = schema.get("required", [])
    return [
        {"name": name, "needed": name in required, "about": about.get("description", ""), "kind": _kind(about)}
        for name, about in schema.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "value")


@lru_cache(maxsize=1)
def _problems() -> list[dict[str, str]]:
    return [match.groupdict() for match in ROW.finditer(PROBLEMS.read_text())]


ROUTES = [
    Route("/", home, methods=["GET"]),
    Route("/docs", docs, methods=["GET"]),
    Route("/docs/problems", problems, methods=["GET"]),
    Route("/docs/{name}", service_docs, methods=["GET"]),
    Route("/openapi.json", whole, methods=["GET"]),
    Route("/openapi/{name}.json", one, methods=["GET"]),
]
