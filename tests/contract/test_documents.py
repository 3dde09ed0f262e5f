"""What others build on, as files: nothing there but what the code says, and every event is as its schema says."""

import json
import re
import subprocess
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from services.composition import SERVICES, suite_at_rest
from shared.asyncapi import asyncapi, schema
from shared.contract_documents import CONTRACTS, FOLDER, documents
from shared.events import Event
from shared.openapi import openapi
from shared.suite import Suite
from tests.node import NODE, installed

ROOT = Path(__file__).parents[2]
EVENTS = [event for service in SERVICES.values() for event in service.publishes]


@pytest.fixture(scope="module")
def suite() -> Suite:
    """All services, described."""
    return suite_at_rest()


def test_the_files_are_what_the_code_says(suite: Suite) -> None:
    """After a wanted change: `make contracts`, and read what changed before it is committed."""
    wanted = documents(suite)
    present = {path.relative_to(ROOT / FOLDER) for path in (ROOT / FOLDER / CONTRACTS).rglob("*") if path.is_file()}
    assert present == {place for place in wanted if CONTRACTS in place.parents}
    changed = [str(place) for place, text in wanted.items() if (ROOT / FOLDER / place).read_text() != text]
    assert changed == []


def test_every_event_is_published_once_and_by_its_owner() -> None:
    assert len(EVENTS) > 10
    assert len({event.type for event in EVENTS}) == len(EVENTS)
    for service in SERVICES.values():
        assert {event.service() for event in service.publishes} <= {service.name}
        assert all(event in EVENTS for event in service.consumes)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event.type))
def test_an_event_is_as_its_schema_says(event: type[Event]) -> None:
    described = schema(event)
    Draft202012Validator.check_schema(described)
    example = event(**{name: made_up(hint) for name, hint in get_type_hints(event).items() if name != "type"})
    data = json.loads(json.dumps(example.data()))
    Draft202012Validator(described).validate(data)
    assert event.from_data(data) == example
    assert described["properties"].keys() == data.keys()
    assert described["description"]


def made_up(hint: Any) -> Any:
    """A value of a type."""
    origin, arguments = get_origin(hint), [a for a in get_args(hint) if a is not type(None)]
    if origin in (tuple, list):
        return origin([made_up(arguments[0])])
    if origin is dict:
        return {"key": made_up(arguments[1])}
    if arguments:
        return made_up(arguments[0])
    if issubclass(hint, Enum):
        return next(iter(hint))
    plain = {
        str: "text",
        int: 3,
        bool: True,
        float: 0.5,
        datetime: datetime(2026, 9, 1, 9, tzinfo=UTC),
        date: date(2026, 9, 1),
        UUID: UUID(int=7),
    }
    if hint in plain:
        return plain[hint]
    return hint(**{name: made_up(inner) for name, inner in get_type_hints(hint).items()})


def test_every_reference_of_the_event_document_leads_somewhere() -> None:
    document = asyncapi(list(SERVICES.values()))

    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            mine = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return mine + [found for value in part.values() for found in references(value)]
        return [found for value in part for found in references(value)] if isinstance(part, list) else []

    found = [reference for reference in references(document) if not reference.startswith("#/$defs/")]
    assert len(found) > 2 * len(EVENTS) - 1
    for reference in found:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_no_event_carries_free_text_or_identity() -> None:
    """The names of fields under which a person, or what somebody wrote, would travel."""
    forbidden = {"summary", "wanted", "reason", "text", "note", "identifier", "identifiers", "child", "body"}
    for event in EVENTS:
        assert not forbidden & get_type_hints(event).keys(), event.type


@pytest.mark.anyio
async def test_clients_can_be_made_from_the_whole_document(suite: Suite) -> None:
    """It is of all services, and what the gateway offers in a sandbox alone."""
    catalogue = suite.apps["gateway"].state.catalogue
    in_a_sandbox = suite_at_rest({"SAFER_SANDBOX": "true"}).apps["gateway"]
    assert badly_made(await catalogue.whole()) == badly_made(openapi(in_a_sandbox)) == []


PLANTED = {
    "openapi": "3.1.0",
    "paths": {
        "/planted": {
            "post": {
                "operationId": "plant_planted_v1_post",
                "responses": {"201": {"content": {"text/csv": {}, "text/html": {"schema": {"$ref": "#/nowhere"}}}}},
            }
        }
    },
    "components": {
        "schemas": {
            "Planted": {
                "title": "planted__Planted",
                "properties": {
                    "kind": {"type": "array", "items": {"enum": ["a", "b"]}},
                    "inner": {"type": "object", "properties": {}},
                    "anything": {"title": "Anything"},
                    "flag": {"type": "boolean", "default": False},
                },
            }
        }
    },
}


def test_what_no_client_can_be_made_from_is_found() -> None:
    assert sorted(badly_made(PLANTED)) == [
        "Planted.anything: a title, by which clients would name its type",
        "Planted.anything: says nothing of its type",
        "Planted.flag: clients would ask for a field that has a default",
        "Planted.inner: a type without a name",
        "Planted.kind.items: codes without a name",
        "Planted: a title, by which clients would name it",
        "nothing at #/nowhere",
        "plant_planted_v1_post: not a verb and its noun",
        "plant_planted_v1_post: nothing is said of its text/csv",
    ]


def badly_made(document: dict[str, Any]) -> list[str]:
    """Where a client made from the document would have a type without a name, or none at all."""
    found = []
    for name, described in document["components"]["schemas"].items():
        for field, given in described.get("properties", {}).items():
            found += _faults(f"{name}.{field}", given)
            found += [f"{name}.{field}: clients would ask for a field that has a default"] if "default" in given else []
            found += [f"{name}.{field}: a title, by which clients would name its type"] if "title" in given else []
        found += [f"{name}: a title, by which clients would name it"] if "title" in described else []
    for operation in [one for at in document["paths"].values() for one in at.values()]:
        name = operation["operationId"]
        if not re.fullmatch("[a-z]+(_[a-z]+){1,6}", name):
            found.append(f"{name}: not a verb and its noun")
        contents = [answer.get("content", {}) for answer in operation["responses"].values()]
        kinds = {kind for content in contents for kind, said in content.items() if not said.get("schema")}
        found += [f"{name}: nothing is said of its {kind}" for kind in kinds]
    return found + [f"nothing at {place}" for place in pointed(document) if not _stands(document, place)]


def _faults(place: str, schema: dict[str, Any]) -> list[str]:
    """What is wrong with a schema that stands within another."""
    if "enum" in schema:
        return [f"{place}: codes without a name"]
    if "properties" in schema:
        return [f"{place}: a type without a name"]
    if not schema.keys() & {"type", "$ref", "anyOf", "oneOf", "allOf", "const"}:
        return [f"{place}: says nothing of its type"]
    inner = {key: schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)}
    inner |= {str(at): one for at, one in enumerate([*schema.get("anyOf", ()), *schema.get("oneOf", ())])}
    return [fault for at, one in inner.items() for fault in _faults(f"{place}.{at}", one)]


def pointed(part: Any) -> set[str]:
    """Every place of the document to which a text of it points: references, and what a discriminator maps to."""
    if isinstance(part, str):
        return {part} if part.startswith("#/") else set()
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return {place for one in inner for place in pointed(one)}


def _stands(document: dict[str, Any], place: str) -> bool:
    found: Any = document
    for step in place.removeprefix("#/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found is not None


@pytest.fixture(scope="module")
def spectral() -> Path:
    """The linter of API documents, with OWASP's rules."""
    return installed(Path(__file__).parent / "spectral")


def findings(spectral: Path, ruleset: str, document: Path) -> list[str]:
    """What the rules have against a document."""
    lint = (NODE, "node_modules/.bin/spectral", "lint", "--quiet", "--format", "json")
    command = (*lint, "--ruleset", ruleset, str(document))
    said = subprocess.run(command, cwd=spectral, capture_output=True, text=True, check=False).stdout
    return [f"{one['code']} {'.'.join(map(str, one['path']))}: {one['message']}" for one in json.loads(said)]


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_is_found_against_a_services_operations(spectral: Path, service: str) -> None:
    assert findings(spectral, "ruleset.yaml", ROOT / FOLDER / CONTRACTS / "openapi" / f"{service}.json") == []


def test_nothing_is_found_against_the_events(spectral: Path) -> None:
    assert findings(spectral, "events.yaml", ROOT / FOLDER / CONTRACTS / "asyncapi.json") == []


def test_the_rules_find_what_is_wrong(spectral: Path, tmp_path: Path) -> None:
    """An operation without bounds, limits and token, in the place of ours."""
    document = json.loads((ROOT / FOLDER / CONTRACTS / "openapi" / "training.json").read_text())
    document["paths"]["/planted"] = {"post": {"responses": {"200": {"description": "Done."}}}}
    document["components"]["schemas"]["Planted"] = {"type": "string"}
    planted = tmp_path / "training.json"
    planted.write_text(json.dumps(document))
    found = " ".join(findings(spectral, "ruleset.yaml", planted))
    assert "owasp:api2:2023-write-restricted" in found
    assert "owasp:api4:2023-rate-limit" in found
    assert "owasp:api4:2023-string-limit" in found
