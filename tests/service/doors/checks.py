"""Checks of ours beside Schemathesis' own, which it loads by the name of this module."""

from typing import Any, get_args

import schemathesis
from pydantic_core.core_schema import ErrorType

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
