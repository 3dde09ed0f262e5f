"""What requests about minutes say and what answers show."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from services.governance.meetings.domain import Status
from shared.schemas import Code, Instant, Request, Response, Worded

APPROVE_EXAMPLE: dict[str, JsonValue] = {"at_meeting_id": "00000000-0000-7000-8000-000000000000"}
Markdown = Annotated[str, StringConstraints(min_length=1, max_length=60_000, pattern=r"^[^\x00]*$")]


class Minute(Worded):
    """The minutes as the chair has edited them; without text, as they are drafted. Whoever attended is named in them."""

    prose: ClassVar = ()
    lines: ClassVar = ("text",)

    text: Annotated[Markdown | None, Field(description="Markdown.")] = None


class Approve(Request):
    """The meeting that has approved the minutes."""

    model_config = ConfigDict(json_schema_extra={"examples": [APPROVE_EXAMPLE]})

    at_meeting_id: Annotated[UUID, Field(description="A later meeting of the body, once it is held.")]


class MinutesShown(Response):
    """A meeting's minutes: a draft until they are approved."""

    meeting_id: UUID
    reference: str
    status: Annotated[str, Code(Status)]
    text: Annotated[str | None, Field(max_length=200_000, description="Markdown; null until the meeting is held.")]
    worded_at: Annotated[Instant | None, Field(description="Null: drafted from what was recorded, as of now.")]
    approved_at: Instant | None
    approved_at_meeting_id: UUID | None
