"""What is said of a wrong field is what would be right."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, StringConstraints, ValidationError, create_model

from shared.cures import PATTERNS, cure
from shared.openapi import ANY_TEXT, NEEDED_HEADERS
from shared.schemas import A_DAY, AN_INSTANT
from tests.service.doors.operations import OPERATIONS, Operation

# Stated for who makes clients; what is refused by them has words of its own.
DOCUMENTED_ALONE = {
    ANY_TEXT.replace("\\u0000", "\\x00"), NEEDED_HEADERS["Idempotency-Key"]["pattern"], AN_INSTANT,
    f"^{A_DAY}$", "^[0-9]{4}-[0-9]{2}$",
}  # fmt: skip


def said(kind: Any, value: Any) -> str:
    """What is said of a value in a field of this kind."""
    model: type[BaseModel] = create_model("Body", field=(kind, ...))
    with pytest.raises(ValidationError) as refused:
        model.model_validate({"field": value})
    return cure(refused.value.errors()[0])


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_patterns_cure_gives_what_fits_it(pattern: str) -> None:
    """No regular expression is shown to anybody; the example within the sentence is accepted."""
    told = said(Annotated[str, StringConstraints(pattern=pattern)], "\0" if pattern != "[A-Za-z0-9]" else "-")
    assert told == PATTERNS[pattern]
    if example := re.search(r" as (\S+)\.$| as (0300 .*)\.$", told):
        assert re.search(pattern, example[1] or example[2])


def patterns(operation: Operation) -> Iterator[str]:
    """Every pattern in what an operation reads."""
    seen = set()

    def within(schema: Any) -> Iterator[str]:
        if isinstance(schema, list):
            for one in schema:
                yield from within(one)
        elif isinstance(schema, Mapping) and schema.get("$ref") not in seen:
            seen.add(schema.get("$ref", id(schema)))
            found = operation.resolved(schema)
            if isinstance(found.get("pattern"), str):
                yield found["pattern"]
            yield from found.get("patternProperties", ())
            for name, part in found.items():
                if name not in {"example", "examples", "default"}:
                    yield from within(part)

    for content in operation.said.get("requestBody", {}).get("content", {}).values():
        yield from within(content["schema"])
    for parameter in operation.said.get("parameters", ()):
        yield from within(parameter["schema"])


def test_every_pattern_of_the_documents_has_its_cure() -> None:
    found = {pattern for operation in OPERATIONS for pattern in patterns(operation)}
    assert found - DOCUMENTED_ALONE - {ANY_TEXT} <= PATTERNS.keys()
    assert PATTERNS.keys() <= found


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (int, "many", "Write a whole number in digits."),
        (dict[str, int], 1, "Send an object: {…}."),
        (bool, [], "Write true or false."),
        (Annotated[str, StringConstraints(max_length=2)], "long", "Write at most 2 characters."),
        (Annotated[str, StringConstraints(min_length=1)], "", "This may not be empty."),
        (Annotated[list[int], Field(max_length=1)], [1, 2], "Send at most 1 of these."),
        (Annotated[int, Field(ge=2)], 1, "Write 2 or more."),
    ],
)
def test_no_library_speaks_to_whoever_sent_it(kind: Any, value: Any, told: str) -> None:
    assert said(kind, value) == told
