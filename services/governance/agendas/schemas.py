"""What requests about agendas and papers say and what answers show."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.agencies.schemas import Link
from services.governance.agendas.domain import Block
from shared.schemas import CauseGiven, CauseShown, Code, Instant, Line, Number, Prose, Request, Response, Worded

EXAMPLE: dict[str, JsonValue] = {"title": "Quarterly report on escalations", "minutes": 20}
PAPER_EXAMPLE: dict[str, JsonValue] = {"title": "Report, Q2", "link": "https://papers.example/q2-report"}


class AddItem(Worded):
    """Business for a meeting; it names nobody."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    lines: ClassVar = ("title",)

    title: Line
    text: Prose | None = None
    minutes: Annotated[Number | None, Field(ge=1, le=480, description="How long it is to take.")] = None
    position: Annotated[
        Number | None, Field(ge=1, le=200, description="Its place among the business; without one the last.")
    ] = None
    causes: Annotated[list[CauseGiven], Field(max_length=10)] = []


class PlaceItem(Request):
    """Another place among the business."""

    position: Annotated[Number, Field(ge=1, le=200, description="Its place among the business; the first is 1.")]


class RemoveItem(Request):
    """It is not dealt with at this meeting."""


class SupplyPaper(Worded):
    """Where a paper is to be read."""

    model_config = ConfigDict(json_schema_extra={"examples": [PAPER_EXAMPLE]})
    prose: ClassVar = ("title",)

    title: Line
    link: Link
    agenda_item_id: Annotated[UUID | None, Field(description="The line of business that it belongs to.")] = None


class Hold(Request):
    """The meeting has begun."""


class ItemShown(Response):
    """One line of an agenda."""

    id: Annotated[UUID | None, Field(description="Null for what stands there by itself, until the meeting is held.")]
    number: int
    block: Annotated[str, Code(Block)]
    title: str
    text: str | None
    minutes: int | None
    about: Annotated[CauseShown | None, Field(description="The record that brings it.")]
    causes: Annotated[list[CauseShown], Field(max_length=10)]


class PaperShown(Response):
    """A paper for a meeting."""

    id: UUID
    agenda_item_id: UUID | None
    title: str
    link: str
    late: Annotated[bool, Field(description="It came after the day by which papers are to be there.")]
    added_at: Instant
    agency_id: str | None


class Agenda(Response):
    """A meeting's agenda and papers. While it is convened, what comes back by itself is as of now."""

    meeting_id: UUID
    papers_due_at: Instant | None
    items: Annotated[list[ItemShown], Field(max_length=1000)]
    papers: Annotated[list[PaperShown], Field(max_length=1000)]
