"""The field types that request and response models share: bounded text, codes, instants that must name their zone."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from shared import identifying
from shared.events import Cause, instant
from shared.problems import FieldError, SeemsToIdentify


class Request(BaseModel):
    """A request body, or a part of one: an unknown field is an error, for a misspelt one must not be lost.

    `prose` and `lines` name its fields of free text, in which nobody should be named, for a `Weighed` to look through: the
    first for anything, the second, in which names of other things stand, for numbers alone.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    prose: ClassVar[tuple[str, ...]] = ()
    lines: ClassVar[tuple[str, ...]] = ()


Flag = Annotated[bool, Strict()]
"""Yes or no in a body: `true` or `false`, and nothing that could be taken for them."""

Number = Annotated[int, Strict()]
"""A whole number in a body: neither a text nor a yes."""


class Weighed(Request):
    """A request whose free text is looked through: its own, that of lists, and that of parts that are Requests themselves.

    What is done about doubts is its command's: for a child at immediate risk nothing waits for a text.
    """

    prose: ClassVar[tuple[str, ...]] = ("text", "reason")

    text_checked: Annotated[
        Flag,
        Field(
            description="You have read the text again and it names nobody; sent after a warning that it seems to.",
            exclude=True,  # it is about the request, and no part of what is kept
        ),
    ] = False

    def doubts(self, known: Collection[str] = ()) -> tuple[FieldError, ...]:
        """Every field whose text seems to identify somebody and has not been read again; `known` names are nobody's."""
        return () if self.text_checked else tuple(_doubts(self, known))


class Worded(Weighed):
    """A request whose text names nobody: SeemsToIdentify where it seems to, and nobody says that she has read it again."""

    @model_validator(mode="after")
    def _names_nobody(self) -> Self:
        if doubts := self.doubts():
            raise SeemsToIdentify("Say it without; or, where it names nobody, send text_checked: true.", errors=doubts)
        return self


def _doubts(said: Request, known: Collection[str], at: str = "") -> Iterator[FieldError]:
    for field in (*said.prose, *said.lines):
        given = getattr(said, field, None)
        for number, one in enumerate(given if isinstance(given, list) else [given]):
            path = f"{at}{field}.{number}" if isinstance(given, list) else f"{at}{field}"
            if isinstance(one, Request):
                yield from _doubts(one, known, f"{path}.")
            elif one and (seen := identifying.findings(one, names=field in said.prose, known=known)):
                yield _doubt(path, seen)


def _doubt(field: str, seen: Collection[identifying.Finding]) -> FieldError:
    message = f"This seems to hold {identifying.said(seen)}. Say it without, or send text_checked: true."
    return FieldError(field, "seems_to_identify", message)


class Response(BaseModel):
    """A response body, built from our own rows; no field of it is ever left out."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class CauseGiven(Request):
    """An earlier record from which this follows."""

    type: Annotated[str, Field(pattern=r"^[a-z]+\.[a-z_]+$", max_length=80, examples=["reviews.learning_point"])]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=100)]

    @property
    def cause(self) -> Cause:
        """The record, as events name it."""
        return Cause(self.type, self.id)


class CauseShown(Response):
    """An earlier record from which this follows."""

    type: str
    id: str


Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=8000, pattern=r"^[^\x00]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
AgencyId = Annotated[
    Slug,
    Field(examples=["cheshire-constabulary"], description="An agency's id in the register, /governance/v1/agencies."),
]
BodyId = Annotated[
    Slug, Field(examples=["learning-and-improvement"], description="A body's id, /governance/v1/bodies.")
]
ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
ISO_INSTANT = re.compile("(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}T.+")
# As the documents say it, whole: from a part of it clients and tests would make what is no day.
A_DAY = "(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
AN_INSTANT = (
    rf"^{A_DAY}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{{1,6}})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def _given(value: Any) -> Any:
    """Pydantic alone would read a number as seconds since 1970, and take years that no zone's offset can be added to."""
    if isinstance(value, datetime) or (isinstance(value, str) and ISO_INSTANT.fullmatch(value)):
        return value
    raise PydanticCustomError("instant", "Write an instant with its zone as 2026-10-06T09:30:00Z, from 1900 to 2199.")


Given = Annotated[
    AwareDatetime,
    BeforeValidator(_given),
    Field(
        description="An instant with its zone: 2026-10-06T09:30:00Z.",
        examples=["2026-10-06T09:30:00Z"],
        json_schema_extra={"pattern": AN_INSTANT, "maxLength": 40},
    ),
]


def _day(value: Any) -> Any:
    """Pydantic alone would read the number 0 as a day of 1970, and take days that no calendar can count on from."""
    try:
        day = value if type(value) is date else date.fromisoformat(value if ISO_DAY.fullmatch(value) else "")
    except (TypeError, ValueError):
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise PydanticCustomError("day", "Write a day as 2026-10-06, from 1900 to 2199.")
    return day


Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date",
            "pattern": f"^{A_DAY}$",
            "maxLength": 10,
            "examples": ["2026-10-06"],
        }
    ),
]
"""A day as a request gives it."""


def _instant(value: datetime | str) -> str:
    """Instants within PostgreSQL's JSON aggregates arrive as text."""
    return instant(datetime.fromisoformat(value) if isinstance(value, str) else value)


Instant = Annotated[
    datetime,
    PlainSerializer(_instant, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "maxLength": 32, "examples": ["2026-10-06T08:30:00Z"]}),
]


@dataclass(frozen=True)
class Code:
    """Marks a response field that holds one of the codes as read from the database: `Annotated[str, Code(Kind)]`.

    The document names them; no enum is made of each value, which a list of many rows would pay for.
    """

    codes: type[StrEnum]

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A reference to the enum's own schema, which requests have too: Pydantic knows it by this name."""
        name = f"{self.codes.__module__}.{self.codes.__qualname__}:{id(self.codes)}"
        named = core_schema.enum_schema(self.codes, list(self.codes), sub_type="str", ref=name)
        return handler(core_schema.definitions_schema(named, []))


DayText = Annotated[str, WithJsonSchema({"type": "string", "format": "date", "maxLength": 10})]
"""A day that is kept as text within PostgreSQL's JSON."""

IdText = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid", "maxLength": 36})]
"""An id that PostgreSQL's JSON aggregates give as text."""
