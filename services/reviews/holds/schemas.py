"""What the requests about holds say, and what answers show."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.reviews.holds.domain import Authority, Do, Proceedings, Status
from shared.listing import Listing
from shared.schemas import Code, Day, Instant, Line, Prose, Request, Response, Worded

EXAMPLE: dict[str, JsonValue] = {
    "proceedings": "inquest",
    "authority": "coroner",
    "authority_name": "The senior coroner",
    "reason": "The report would go before the jury's conclusion.",
    "evidence": "The coroner's officer wrote on the first of the month.",
    "review_on": "2027-01-29",
}


class StateHold(Worded):
    """Whose proceedings hold the publication, why, by which evidence, and when it is looked at again."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar[tuple[str, ...]] = ("reason", "evidence")

    proceedings: Proceedings
    authority: Authority
    authority_name: Annotated[
        Line | None, Field(description="Which it is; only the partnership's police need none.")
    ] = None
    reason: Prose
    evidence: Annotated[Prose, Field(description="By what it is known: a letter, a decision, a hearing's date.")]
    review_on: Day


class ReviewHold(Worded):
    """It lasts."""

    review_on: Annotated[Day, Field(description="When it is looked at again.")]
    reason: Prose


class TellPanel(Request):
    """The Panel has been told why the report is late."""

    told_on: Day


class LiftHold(Worded):
    """It is over."""

    reason: Prose


class HoldStep(Response):
    """One thing that was done to a hold."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    review_on: date
    publish_by: Annotated[
        date | None, Field(description="The day of publication since then: the days of holds do not count.")
    ]
    text: str | None
    agency_id: str | None


class HoldShown(Response):
    """One hold with what was said of it, oldest first."""

    id: UUID
    practice_review_id: UUID
    status: Annotated[str, Code(Status)]
    proceedings: Annotated[str, Code(Proceedings)]
    authority: Annotated[str, Code(Authority)]
    authority_name: str | None
    reason: str
    evidence: str
    agency_id: Annotated[str | None, Field(description="That stated or entered it.")]
    stated_at: Instant
    review_on: date
    review_overdue: bool
    told_panel_on: Annotated[
        date | None, Field(description="When the Panel was told the reason; null where it was not.")
    ]
    lifted_at: Instant | None
    steps: Annotated[list[HoldStep], Field(max_length=1000)]


class HoldPage(Response):
    """One page, the last stated first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[HoldShown], Field(max_length=200)]
    next: Annotated[str | None, Field(max_length=500)]


class ListHolds(Listing):
    """How the list of all holds is narrowed and paged."""

    status: Status | None = None
    authority: Authority | None = None
    proceedings: Proceedings | None = None
    overdue: Annotated[bool | None, Field(description="Live, and the day is over on which it was to be looked at.")] = (
        None
    )
    due_before: Annotated[Day | None, Field(description="Live, and to be looked at before this day.")] = None


class HoldList(Response):
    """The holds of one review, oldest first."""

    items: Annotated[list[HoldShown], Field(max_length=200)]
