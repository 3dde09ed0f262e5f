"""A service's document in words for its page: its operations by noun, each with what it takes, an example and its answers."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.gateway.pages.catalogue import Document

METHODS = ("get", "post", "put", "patch", "delete")
HEADERS = {"Idempotency-Key": "KEY", "If-Match": "ETAG"}
Field = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as its page shows it."""

    id: str
    noun: str
    method: str
    path: str
    summary: str
    description: str
    action: str | None
    scope: str | None
    takes: list[Field]
    example: str
    status: str
    answers: list[Field]

    def matches(self, words: Iterable[str]) -> bool:
        """Whether every word stands in what is said of it or of what it takes: of its fields, and of their codes."""
        said = f"{self.noun} {self.summary} {self.method} {self.path} {self.description} {self.action}"
        taken = " ".join(f"{one['name']} {one['about']} {one['kind']}" for one in self.takes)
        found = f"{said} {taken}".lower()
        found += found.replace("_", " ")
        return all(word in found for word in words)


@dataclass(frozen=True, slots=True)
class Described:
    """A service: its name, what it is for, its operations by noun in the document's order."""

    name: str
    title: str
    about: str
    nouns: dict[str, list[Operation]]


def described(name: str, document: Document, words: Iterable[str] = ()) -> Described:
    """The service's operations that match every word."""
    nouns: dict[str, list[Operation]] = {}
    words = [word.lower() for word in words]
    for path, at in document["paths"].items():
        for method, given in at.items():
            if method in METHODS and (one := _operation(document, method, path, given)).matches(words):
                nouns.setdefault(one.noun, []).append(one)
    return Described(name, document["info"]["title"], document["info"]["description"], nouns)


def _operation(document: Document, method: str, path: str, given: dict[str, Any]) -> Operation:
    body = _schema(document, given.get("requestBody", {}))
    status = min(given["responses"])  # what is refused is refused alike everywhere, and told once
    return Operation(
        id=re.sub(r"[^a-z0-9]+", "-", f"{method}-{path}".lower()).strip("-"),
        noun=given.get("tags", [""])[0].replace("_", " ").capitalize(),
        method=method.upper(),
        path=path,
        summary=given.get("summary", "") or path,
        description=given.get("description", "").split("\n\nScope ")[0],
        action=given.get("x-action"),
        scope=given.get("x-scope"),
        takes=[*(_parameter(document, one) for one in given.get("parameters", [])), *_fields(document, body)],
        example=_example(method, path, given, body),
        status=status,
        answers=list(_fields(document, _schema(document, given["responses"][status]))),
    )


def _schema(document: Document, part: dict[str, Any]) -> dict[str, Any]:
    """The schema of a request's or an answer's JSON, with the example that stands beside it."""
    content = part.get("content", {}).get("application/json", {})
    reference = content.get("schema", {}).get("$ref", "")
    schema: dict[str, Any] = document["components"]["schemas"].get(reference.rpartition("/")[2], {})
    return schema | {"examples": [content["example"]]} if "example" in content else schema


def _parameter(document: Document, given: dict[str, Any]) -> Field:
    needed, about = given.get("required", False), given.get("description", "")
    kind = f"{_kind(document, given.get('schema', {}))}, in the {given['in']}"
    return {"name": given["name"], "needed": needed, "about": about, "kind": kind}


def _fields(document: Document, schema: dict[str, Any]) -> Iterable[Field]:
    """The fields of a body, one level deep: the machine's document holds the rest."""
    required = schema.get("required", [])
    for name, given in schema.get("properties", {}).items():
        kind, about = _kind(document, given), given.get("description", "")
        yield {"name": name, "needed": name in required, "about": about, "kind": kind}


def _kind(document: Document, schema: dict[str, Any]) -> str:
    """What a value is, in words; of a closed list, every value."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        named = document["components"]["schemas"].get(name, {})
        return _kind(document, named) if "enum" in named else str(name)
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    if "anyOf" in schema:
        return " or ".join(_kind(document, one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(document, schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "value")


def _example(method: str, path: str, given: dict[str, Any], body: dict[str, Any]) -> str:
    """A call to copy, with variables for what the caller has; the body, where the document has an example of one."""
    needed = {one["name"] for one in given.get("parameters", []) if one.get("required")}
    usual = "post" if body else "get"
    lines = ["curl" + (f" -X {method.upper()}" if method != usual else "") + f' "$SUITE{path.replace("{", "${")}"']
    if given.get("x-scope"):
        lines.append('-H "Authorization: Bearer $TOKEN"')
    lines += [f'-H "{name}: ${variable}"' for name, variable in HEADERS.items() if name in needed]
    if body:
        example = next(iter(body.get("examples", [])), None)
        lines.append('-H "Content-Type: application/json"')
        lines.append(f"-d {_quoted(json.dumps(example, indent=2, ensure_ascii=False))}" if example else "-d @body.json")
    return " \\\n  ".join(lines)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"
