"""The operations of the suite, as its OpenAPI documents list them: the written ones, which a test compares with the code.

To describe the whole suite takes seconds, and every process that collects tests would.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from services.composition import SERVICES
from shared.contract_documents import CONTRACTS, FOLDER
from shared.policy import ACTIONS, Action
from tests.bodies import body_for

OPENAPI = Path(__file__).parents[3] / FOLDER / CONTRACTS / "openapi"
PARAMETER = re.compile(r"\{(\w+)\}")
JSON = "application/json"


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation; `action` is None where it is public."""

    service: str
    method: str
    path: str
    action: Action | None
    said: Mapping[str, Any]
    document: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in its path."""
        return tuple(PARAMETER.findall(self.path))

    @property
    def writes(self) -> bool:
        """Whether it takes JSON."""
        return JSON in self.said.get("requestBody", {}).get("content", {})

    def url(self, ids: Mapping[str, str]) -> str:
        """Its address, with these values for the names in its path."""
        return PARAMETER.sub(lambda name: ids[name[1]], self.path)

    def body(self) -> Any:
        """A body that its schema allows."""
        return body_for(self.document, self.said)

    def asked_headers(self) -> set[str]:
        """The names of the headers that it reads, in small letters."""
        return {one["name"].lower() for one in self.said.get("parameters", ()) if one["in"] == "header"}

    def asked_query(self) -> Mapping[str, Any]:
        """The names that its query may have, with their schemas."""
        return {one["name"]: one["schema"] for one in self.said.get("parameters", ()) if one["in"] == "query"}

    def headers(self) -> dict[str, str]:
        """What it needs beside a token: a fresh key, and the version of a record that never had that version."""
        return {"idempotency-key": str(uuid4()), "if-match": '"0"'}

    def answer_fields(self) -> set[str]:
        """The fields of its answer, of one item where it is a list."""
        found: Mapping[str, Any] = next(
            (answer for status, answer in self.said["responses"].items() if status < "3"), {}
        )
        schema = self.resolved(found.get("content", {}).get(JSON, {}).get("schema", {}))
        return set(schema.get("properties", {}))

    def asked_fields(self) -> Mapping[str, Any]:
        """The fields that its body may have, with their schemas."""
        fields: Mapping[str, Any]
        fields = self.resolved(self.said["requestBody"]["content"][JSON]["schema"]).get("properties", {})
        return fields

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """A schema, or that to which it refers."""
        if "$ref" not in schema:
            return schema
        found: Mapping[str, Any] = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return found


def _operations() -> Iterator[Operation]:
    for service in SERVICES:
        document = json.loads((OPENAPI / f"{service}.json").read_bytes())
        for path, methods in document["paths"].items():
            for method, said in methods.items():
                yield Operation(service, method.upper(), path, ACTIONS.get(said["x-action"]), said, document)


OPERATIONS = tuple(_operations())
GUARDED = tuple(operation for operation in OPERATIONS if operation.action)
WRITES = tuple(operation for operation in GUARDED if operation.writes)


def of(service: str) -> list[Operation]:
    """The operations of one service that need a token."""
    return [operation for operation in GUARDED if operation.service == service]
