"""Checks of ours beside Schemathesis' own, which it loads by the name of this module; and what it need not ask again."""

import json
import os
from collections.abc import Mapping
from typing import Any, get_args

import schemathesis
from pydantic_core.core_schema import ErrorType
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData

# What a schema cannot state: rules of our own validators, and that blanks around a text are taken away before it is measured.
OURS = {"value_error", "assertion_error", "string_too_short"}
OF_A_SCHEMA = set(get_args(ErrorType)) - OURS


@schemathesis.check
def the_document_says_it(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Whatever is refused for its form, the document must refuse too: its schema is no wider than ours."""
    made_to_fit = case.meta is not None and case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE
    if made_to_fit and response.status_code == 422:
        errors = response.json().get("errors", [])
        unsaid = [error for error in errors if error["code"] in OF_A_SCHEMA]
        assert not unsaid or "listed with its cure" not in response.json()["detail"], unsaid


LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
FORBIDDEN = set[str]()


@schemathesis.hook
def filter_case(context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """What a field or parameter forbids is sent once, to the first operation that has one of that name and schema.

    Whatever is allowed, and what is missing or too much, is sent to every operation; and in a long run everything is.
    """
    phase = case.meta.phase.data if case.meta else None
    if LONG or not isinstance(phase, CoveragePhaseData) or not phase.location or not case.meta:
        return True
    if case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE:
        return True
    sent, name, schemas = _fields(case, phase)
    if name not in schemas:
        return True
    asked = json.dumps([phase.location, name, schemas[name], sent.get(name)], sort_keys=True, default=str)
    known = asked in FORBIDDEN
    FORBIDDEN.add(asked)
    return not known


def _fields(case: schemathesis.Case[Any], phase: CoveragePhaseData) -> tuple[Mapping[str, Any], str, Mapping[str, Any]]:
    """The fields that were sent where something is wrong, the name of the one that is, and the schema of each."""
    said, place = case.operation.definition.raw, phase.parameter_location
    sent: Any = case.get_container(place) if place else None
    if place is not ParameterLocation.BODY:
        schemas = {one["name"]: one["schema"] for one in said.get("parameters", ()) if one["in"] == place}
        return sent or {}, str(phase.parameter), schemas
    _, *rest = str(phase.location).split("/properties/", 1)
    if not rest or not isinstance(sent, dict):
        return {}, "", {}
    schema = said["requestBody"]["content"][phase.parameter]["schema"]
    model = schema.get("$ref", "").rpartition("/")[2]
    schema = case.operation.schema.raw_schema["components"]["schemas"].get(model, schema)
    return sent, rest[0].split("/")[0], schema.get("properties", {})
