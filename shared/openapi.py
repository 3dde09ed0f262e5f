"""A service's OpenAPI document: FastAPI's, with each operation's action, scope, refusals and token."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

REFUSALS = {
    "400": "The request cannot be read.",
    "401": "No access token, or one that is not accepted.",
    "403": "The caller may not do this; `detail` says what would be needed.",
    "404": "There is nothing here that the caller may see.",
    "405": "This method is not offered here.",
    "409": "The present state, or somebody else's change, does not allow it.",
    "412": "The record has changed since it was read.",
    "413": "The request is too large.",
    "415": "The body is not JSON.",
    "422": "Some fields are not valid; each is listed.",
    "428": "If-Match is missing.",
    "429": "Too many requests; see Retry-After.",
    "500": "Something failed here; nothing was changed.",
    "503": "Something needed is away; nothing was changed. See Retry-After.",
}
# Optional in the code only so that their absence has an answer of its own, 428 and 400.
NEEDED_HEADERS = ("If-Match", "Idempotency-Key")
ALWAYS = ("401", "403", "404", "405", "422", "429", "500", "503")
ON_WRITES = ("400", "409", "412", "413", "415", "428")

PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "maxLength": 200, "examples": ["/docs/problems#invalid"]},
        "title": {"type": "string", "maxLength": 200},
        "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "maxLength": 100, "description": "Stable; programs decide by it."},
        "detail": {"type": "string", "maxLength": 2000, "description": "Why, and what to do, for people."},
        "errors": {
            "type": "array",
            "maxItems": 50,
            "items": {
                "type": "object",
                "required": ["path", "code", "message"],
                "properties": {
                    "path": {"type": "string", "maxLength": 500, "examples": ["children.0.age_band"]},
                    "code": {"type": "string", "maxLength": 100},
                    "message": {"type": "string", "maxLength": 2000},
                },
            },
        },
    },
}


def openapi(app: FastAPI) -> dict[str, Any]:
    """The document; built once, at its first use, because that takes a second."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = PROBLEM
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        document["components"]["securitySchemes"] = {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "RFC 9068 access token.",
            }
        }
        for declared in app.state.operations:
            _describe(
                document["paths"][declared.documented_path][declared.method.lower()], declared.action, declared.method
            )
        app.openapi_schema = document
    return app.openapi_schema


def _describe(operation: dict[str, Any], action: Any, method: str) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in NEEDED_HEADERS:
            parameter |= {"required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 255}}
    refusals = ALWAYS + (ON_WRITES if method not in {"GET", "HEAD"} else ("400",))
    for status in sorted(refusals):
        operation["responses"][status] = {
            "description": REFUSALS[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    operation["x-action"] = action.name if action else None
    if action:
        operation["security"] = [{"token": []}]
        operation["x-scope"] = action.scope
        operation["description"] = (
            f"{operation.get('description', '')}\n\nScope `{action.scope}`, action `{action.name}`."
        )
    else:
        operation["security"] = []
