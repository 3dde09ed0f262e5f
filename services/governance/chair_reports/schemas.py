"""What requests about chairs' reports say and what answers show."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import BodyId, Instant, Prose, Response, Worded

BodyIdsShown = Annotated[list[str], Field(max_length=20, description="The bodies to which it reports.")]


class Report(Worded):
    """What the bodies above are to know of the meeting; it names nobody."""

    text: Prose


class ListReports(Listing):
    """Which reports, and how many at a time."""

    body_id: BodyId | None = None
    to_body_id: BodyId | None = None
    meeting_id: UUID | None = None


class ChairReportShown(Response):
    """A chair's report on one meeting."""

    id: UUID
    meeting_id: UUID
    meeting_reference: str
    starts_at: Annotated[Instant, Field(description="When the meeting began.")]
    body_id: str
    to_body_ids: BodyIdsShown
    text: str
    reported_at: Instant
    agency_id: str | None


class ChairReportPage(Response):
    """One page, the last first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[ChairReportShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class OwedReport(Response):
    """A meeting that took place and of which the bodies above have heard nothing."""

    id: Annotated[UUID, Field(description="The meeting.")]
    reference: str
    body_id: str
    starts_at: Instant
    parent_ids: BodyIdsShown


class OwedReports(Response):
    """The oldest first, two hundred at most."""

    items: Annotated[list[OwedReport], Field(max_length=GREATEST)]
