"""What the requests about publication say, and what answers show."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.reviews.practice_reviews.domain import Part
from services.reviews.publication.domain import Status, What
from shared.schemas import Code, Instant, Prose, Response, Worded


class ConfirmCheck(Worded):
    """It may be published as it is."""

    reason: Annotated[Prose | None, Field(description="Why what was found may stay; needed where anything was.")] = None


class SendBackCheck(Worded):
    """Its authors write it again."""

    reason: Annotated[Prose, Field(description="What is to be said otherwise.")]


class FoundShown(Response):
    """Something that could identify a child."""

    part: Annotated[str, Code(Part)]
    at: Annotated[int, Field(description="The number of its first character in that part, from 1.")]
    length: int
    what: Annotated[str, Code(What)]
    why: str
    excerpt: Annotated[
        str | None, Field(description="What stands there; null where the report has been written again.")
    ]


class CheckShown(Response):
    """One reading of a report by a second person."""

    id: UUID
    practice_review_id: UUID
    status: Annotated[str, Code(Status)]
    text_hash: Annotated[str, Field(description="SHA-256 of the text that is read.")]
    stale: Annotated[bool, Field(description="The report has been written again since: this check allows nothing.")]
    findings: Annotated[list[FoundShown], Field(max_length=2000)]
    asked_at: Instant
    read_at: Instant | None
    read_agency_id: str | None
    reason: str | None


class CheckList(Response):
    """The checks of one report, newest first."""

    items: Annotated[list[CheckShown], Field(max_length=200)]
