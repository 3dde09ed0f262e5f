"""The documents of all services in one place: each service's own OpenAPI document, and the whole as one."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.types import ASGIApp

from services.gateway.proxy.routes import fetch
from shared.openapi import FOR_ALL, SERVER, renamed

DOCUMENT = "/internal/openapi"
KEPT_SECONDS = 300.0

Document = dict[str, Any]


class Catalogue:
    """What every service says of itself, asked now and then; `own` makes the gateway's document."""

    def __init__(self, issuer: str, services: Mapping[str, ASGIApp], own: Callable[[], Document]) -> None:
        self._server, self._services, self._own = SERVER | {"url": issuer}, services, own
        self._kept: dict[str, tuple[float, Document]] = {}

    @property
    def names(self) -> list[str]:
        """The services, the gateway's own operations last."""
        return [*sorted(self._services), "gateway"]

    async def of(self, name: str) -> Document:
        """One service's document, at the public address. ConnectionError where it cannot be asked."""
        read_at, document = self._kept.get(name, (0.0, {}))
        if not document or time.monotonic() - read_at > KEPT_SECONDS:
            document = await self._read(name) | {"servers": [self._server]}
            self._kept[name] = time.monotonic(), document
        return document

    async def whole(self) -> Document:
        """All services as one document; schemas of the same name are told apart by their service's."""
        found: Document = {
            "openapi": "3.1.0",
            "info": {
                "title": "Safer",
                "version": "1",
                "description": "The suite of a safeguarding children partnership.",
            },
            "servers": [self._server],
            "tags": [],
            "paths": {},
            "components": {"schemas": {}, "headers": {}, "securitySchemes": {}},
        }
        for name in self.names:
            document = _prefixed(await self.of(name), name)
            found["openapi"] = document["openapi"]
            found["tags"].append({"name": name, "description": document["info"].get("description", "")})
            for path, operations in document["paths"].items():
                found["paths"][path] = {method: _tagged(one, name) for method, one in operations.items()}
            for kind in ("schemas", "headers", "securitySchemes"):
                found["components"][kind] |= document.get("components", {}).get(kind, {})
        return found

    async def _read(self, name: str) -> Document:
        if name == "gateway":
            return self._own()
        status, body = await fetch(self._services[name], DOCUMENT)
        if status != 200:
            raise ConnectionError(f"{name} answers {status} when asked for its document")
        document: Document = json.loads(body)
        return document


def _tagged(operation: Any, name: str) -> Any:
    if not isinstance(operation, dict):
        return operation
    changed = operation | {"tags": [name]}
    if "operationId" in operation:
        changed["operationId"] = f"{name}_{operation['operationId']}"
    return changed


def _prefixed(document: Document, name: str) -> Document:
    """The document with every schema but the shared ones named after its service."""
    schemas = document.get("components", {}).get("schemas", {})
    names = {schema: schema if schema in FOR_ALL else f"{name.capitalize()}{schema}" for schema in schemas}
    return renamed(document, names)
