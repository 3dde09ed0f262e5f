"""A service's OpenAPI document: FastAPI's, with each operation's action, scope, refusals and token."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

REFUSALS = {
    "400": "The request cannot be read.",
    "401": "No access token, or one that is not accepted.",
    "403": "The caller may not do this; `detail` says what would be needed.",
    "404": "There is nothing here that the caller may see.",
    "405": "This method is not offered here.",
    "408": "The body did not come to its end in time.",
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
NEEDED_HEADERS = {
    "If-Match": {"type": "string", "minLength": 1, "maxLength": 255},
    "Idempotency-Key": {"type": "string", "pattern": "^[!-~]([ -~]*[!-~])?$", "minLength": 1, "maxLength": 255},
}
ALWAYS = ("401", "403", "404", "405", "422", "429", "500", "503")
ON_WRITES = ("400", "408", "409", "412", "413", "415", "428")

# What no field says of itself: our texts hold no NUL and are no longer, our numbers are exact in every JSON reader.
LONGEST_TEXT, LENGTHS = 8000, {"uuid": 36, "date": 10, "date-time": 32}
ANY_TEXT = "^[^\\u0000]*$"
EXACT, INT32 = 2**53 - 1, 2**31 - 1
SCHEMA = "#/components/schemas/"
ASKED = "-Input"  # what Pydantic adds to the name of an enum that requests have alone, and answers in several nouns
SAYS_NOTHING_OF_TYPES = frozenset({"default", "example", "examples", "enum", "const", "required"})

HEADERS: dict[str, Any] = {
    "RateLimit": "How many requests are left to the caller, and in how many seconds all are again (IETF httpapi draft).",
    "RateLimit-Policy": "How many requests a caller may make, and in how many seconds.",
    "Retry-After": "After how many seconds to try again.",
    "Access-Control-Allow-Origin": "The front end's own origin, where it is registered; no other.",
    "Location": "Where the new record is.",
    "ETag": "The version of the record, for `If-Match`.",
    "Idempotency-Replayed": "`true` where this is the answer of the first time, and nothing was done again.",
}
NEVER_MISSING = frozenset({"ETag"})
ALWAYS_SENT = ("RateLimit", "RateLimit-Policy", "Access-Control-Allow-Origin")
SERVER = {"url": "/", "description": "The gateway, in production as in a sandbox.", "x-internal": False}

FIELD_ERROR: dict[str, Any] = {
    "type": "object",
    "description": "What is wrong with one field, and the cure.",
    "required": ["path", "code", "message"],
    "properties": {
        "path": {"type": "string", "maxLength": 500, "examples": ["children.0.age_band"]},
        "code": {"type": "string", "maxLength": 100},
        "message": {"type": "string", "maxLength": 2000},
    },
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "maxLength": 200, "examples": ["/docs/problems#invalid"]},
        "title": {"type": "string", "maxLength": 200},
        "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "maxLength": 100, "description": "Stable; programs decide by it."},
        "detail": {"type": "string", "maxLength": 2000, "description": "Why, and what to do, for people."},
        "errors": {"type": "array", "maxItems": 50, "items": {"$ref": f"{SCHEMA}FieldError"}},
    },
}
REFUSED: dict[str, Any] = {"application/problem+json": {"schema": {"$ref": f"{SCHEMA}Problem"}}}
"""What a refusal is, in the answers of an operation."""
FOR_ALL: dict[str, Any] = {"Problem": PROBLEM, "FieldError": FIELD_ERROR}
"""The schemas that all services have in common."""
A_TEXT = {"type": "string", "maxLength": 10_000_000}
A_FILE = {"type": "string", "format": "binary", "maxLength": 10_000_000}


def openapi(app: FastAPI) -> dict[str, Any]:
    """The document; built once, at its first use, because that takes a second."""
    document: dict[str, Any] | None = app.openapi_schema
    if document is None:
        document = _named(_described(app))
        document |= {name: _bounded(document[name]) for name in ("paths", "components")}
        for schema in document["components"]["schemas"].values():
            _say_defaults(schema)
        app.openapi_schema = document
    return document


def _described(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    document["info"]["contact"] = {"name": "The partnership's business unit"}
    document["servers"] = [SERVER]
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas |= FOR_ALL
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    components["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of RFC 9068, checked as RFC8725 asks.",
        }
    }
    for declared in app.state.operations:
        _describe(document["paths"][declared.documented_path][declared.method.lower()], declared)
    answers = [one for path in document["paths"].values() for way in path.values() for one in way["responses"].values()]
    sent = {name for answer in answers for name in answer.get("headers", ())}
    components["headers"] = {name: _header(name) for name in HEADERS if name in sent}
    tags = {tag for path in document["paths"].values() for one in path.values() for tag in one.get("tags", ())}
    document["tags"] = [{"name": tag} for tag in sorted(tags)]
    return document


def _header(name: str) -> dict[str, Any]:
    return {
        "description": HEADERS[name],
        "required": name in NEVER_MISSING,
        "schema": {"type": "string", "maxLength": 500},
    }


def _describe(operation: dict[str, Any], declared: Any) -> None:
    parameters = operation.get("parameters", ())
    for parameter in parameters:
        if parameter["name"] in NEEDED_HEADERS:
            parameter |= {"required": True, "schema": NEEDED_HEADERS[parameter["name"]]}
        parameter["schema"] = _without_null(parameter["schema"])
    refusals = ALWAYS + (ON_WRITES if declared.method not in {"GET", "HEAD"} else ("400",))
    for status in sorted(refusals):
        given = operation["responses"].get(status, {}).get("content", {})
        pages = {kind: said for kind, said in given.items() if kind == "text/html"}
        operation["responses"][status] = {"description": REFUSALS[status], "content": REFUSED | pages}
    creates = any(parameter["name"] == "Idempotency-Key" for parameter in parameters)
    for status, response in operation["responses"].items():
        names = [*ALWAYS_SENT, *(["Retry-After"] if status in {"429", "503"} else [])]
        if status in {"200", "201"} and declared.versioned:
            names.append("ETag" if status == "200" else "Location")
        if status in {"200", "201"} and creates:
            names.append("Idempotency-Replayed")
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        if "Location" in names:  # some of what is made never changes, and has no version
            response["headers"]["ETag"] = _header("ETag") | {"required": False}
        for kind, content in response.get("content", {}).items():
            response["content"][kind] = {"schema": A_TEXT if kind.startswith("text/") else A_FILE} | content
    action = declared.action
    operation["x-action"] = action.name if action else None
    if action:
        operation["security"] = [{"token": []}]
        operation["x-scope"] = action.scope
        operation["description"] = (
            f"{operation.get('description', '')}\n\nScope `{action.scope}`, action `{action.name}`."
        )
    else:
        operation["security"] = []


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is there or not; it is never null."""
    kinds: list[dict[str, Any]] = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) != 1:
        return schema
    return kinds[0] | {key: value for key, value in schema.items() if key != "anyOf"}


def _say_defaults(schema: dict[str, Any]) -> None:
    """In words what holds where a field is left out: from `default`, clients are made that ask for the field."""
    for name, given in schema.get("properties", {}).items():
        value = given.pop("default", None)
        if value and name not in schema.get("required", ()):
            said = f"`{json.dumps(value).strip(chr(34))}` where it is left out."
            given["description"] = " ".join([*filter(None, [given.get("description")]), said])


def _named(document: dict[str, Any]) -> dict[str, Any]:
    """The document with schemas of one name told apart by their nouns, not by where their classes stand in the code."""
    schemas = document["components"]["schemas"]
    names = {name: _plain(name) for name in schemas}
    for name in [name for name in schemas if name.endswith(ASKED)]:
        same = [names[other] for other in schemas if other != name and schemas[other] == schemas[name]]
        names[name] = same[0] if same else names[name].removesuffix(ASKED)
    return renamed(document, names)


def renamed(document: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The document with its schemas under other names, and whatever points to them."""

    def pointed(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: pointed(value) for key, value in part.items()}
        if isinstance(part, list):
            return [pointed(item) for item in part]
        return places.get(part, part) if isinstance(part, str) else part

    places = {SCHEMA + name: SCHEMA + other for name, other in names.items()}
    changed: dict[str, Any] = pointed(document)
    if schemas := changed.get("components", {}).get("schemas"):
        changed["components"]["schemas"] = {names[name]: schema for name, schema in schemas.items()}
    return changed


def _plain(name: str) -> str:
    """`services__governance__work_items__domain__Status` is `WorkItemsStatus`; other names are themselves."""
    *_, noun, _room, last = ("", "", *name.split("__"))
    return f"{noun.title().replace('_', '')}{last}" if noun else name


def _bounded(part: Any) -> Any:
    """Every text and number with its bounds: its own, or those that hold throughout.

    Without the titles that schemas get from the code: who generates a client takes them for names, and many are alike.
    """
    if isinstance(part, list):
        return [_bounded(item) for item in part]
    if not isinstance(part, dict):
        return part
    whole: dict[str, Any] = {
        key: value if key in SAYS_NOTHING_OF_TYPES else _of_fields(value) if key == "properties" else _bounded(value)
        for key, value in part.items()
        if not (key == "title" and isinstance(value, str))
    }
    if whole.get("type") == "string" and not whole.keys() & {"enum", "const"}:
        length = LENGTHS.get(whole.get("format", ""), LONGEST_TEXT)
        return {"maxLength": length} | ({} if whole.keys() & {"format", "pattern"} else {"pattern": ANY_TEXT}) | whole
    if whole.get("type") == "integer" and not whole.keys() & {"enum", "const"}:
        bounded = {"minimum": -EXACT, "maximum": EXACT} | whole
        small = bounded["minimum"] >= -INT32 and bounded["maximum"] <= INT32
        return {"format": "int32" if small else "int64"} | bounded
    return whole


def _of_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas of fields, whose names may be a keyword's."""
    return {name: _bounded(field) for name, field in fields.items()}
