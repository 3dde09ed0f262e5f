"""A body that an operation accepts, made from its schema in the OpenAPI document."""

from collections.abc import Mapping
from typing import Any


def body_for(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    """The example of the request's schema, or the smallest value that the schema allows; None without a body."""
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    return _value(document, content["application/json"]["schema"])


def _value(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        return _value(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]])
    if schema.get("examples"):
        return schema["examples"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _value(document, next(one for one in schema[choice] if one.get("type") != "null"))
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][-1]
    return _plain(document, schema)


def _plain(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "object":
        wanted = schema.get("required", [])
        return {name: _value(document, of) for name, of in schema.get("properties", {}).items() if name in wanted}
    if kind == "array":
        return [_value(document, schema["items"]) for _ in range(schema.get("minItems", 0))]
    if kind == "integer":
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    formats = {
        "date-time": "2026-10-06T09:30:00Z",
        "date": "2026-10-06",
        "uuid": "00000000-0000-7000-8000-000000000000",
        "email": "someone@example.org",
    }
    return formats.get(schema.get("format", ""), "example text here"[: schema.get("maxLength", 20)])
