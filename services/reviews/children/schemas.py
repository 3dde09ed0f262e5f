"""A child's numbers, as a request gives them and as an answer opens them."""

from typing import Annotated

from pydantic import Field

from shared.children import IdentifierType
from shared.schemas import Code, Request, Response


class Identifier(Request):
    """One number that a child is known by."""

    type: IdentifierType
    value: Annotated[str, Field(min_length=3, max_length=40, pattern=r"[A-Za-z0-9]", examples=["SANDBOX-0001"])]


class IdentifierShown(Response):
    """One number that a child is known by, opened for who works on the case."""

    type: Annotated[str, Code(IdentifierType)]
    value: str
