"""What requests about challenges say, and what answers show."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.governance.challenges.domain import Do, Impact, Outcome, Status
from shared.listing import Listing
from shared.paging import GREATEST
from shared.policy import Role
from shared.schemas import (
    AgencyId,
    BodyId,
    CauseGiven,
    CauseShown,
    Code,
    Day,
    Given,
    Instant,
    Line,
    Prose,
    Response,
    Worded,
)

EXAMPLE: dict[str, JsonValue] = {
    "title": "Strategy discussions without a health professional",
    "text": "In a third of the discussions sampled nobody from health took part.",
    "wanted": "A named health professional for every discussion, and the figure each quarter.",
    "agency_id": "nhs-cheshire-and-merseyside-icb",
}


class MakeChallenge(Worded):
    """A strategic challenge to an agency; it is about no single child."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar = ("title", "text", "wanted")

    title: Line
    text: Prose
    wanted: Annotated[Prose, Field(description="What the agency is asked to do, or to explain.")]
    agency_id: Annotated[AgencyId, Field(description="The agency that is challenged.")]
    body_id: Annotated[
        BodyId | None, Field(description="The body that you chair, in whose name you challenge; else in your own role.")
    ] = None
    respond_by: Annotated[Day | None, Field(description="An earlier last day than the rule's.")] = None
    causes: Annotated[list[CauseGiven], Field(max_length=20, description="What it follows from.")] = []


class SayOfChallenge(Worded):
    """What is answered, or what was changed."""

    text: Prose


class ReturnChallenge(Worded):
    """The answer does not do."""

    text: Annotated[Prose, Field(description="What is still to be answered.")]
    respond_by: Annotated[Day | None, Field(description="An earlier last day than the rule's.")] = None


class AgreeChallenge(Worded):
    """What is to change, and until when."""

    text: Prose
    change_by: Day


class RecheckChallenge(Worded):
    """What the re-check of the impact found."""

    impact: Impact
    text: Annotated[Prose, Field(description="By which evidence.")]


class PostponeChallenge(Worded):
    """Another date for the re-check."""

    recheck_on: Day
    reason: Prose


class CloseChallenge(Worded):
    """What came of it."""

    outcome: Outcome
    text: Prose


class WithdrawChallenge(Worded):
    """It is taken back."""

    reason: Prose


class ListChallenges(Listing):
    """How the log is narrowed and paged."""

    status: Status | None = None
    agency_id: Annotated[AgencyId | None, Field(description="The agency that is challenged.")] = None
    by_agency_id: AgencyId | None = None
    body_id: BodyId | None = None
    overdue: Annotated[bool | None, Field(description="The last day for what is awaited is over.")] = None
    to_recheck: Annotated[bool | None, Field(description="The day of its re-check has come.")] = None
    live: Annotated[bool | None, Field(description="Neither closed nor withdrawn.")] = None
    made_from: Annotated[Given | None, Field(description="Made at this instant or after it.")] = None
    made_before: Annotated[Given | None, Field(description="Made before this instant.")] = None


class ChallengeShown(Response):
    """One challenge as it stands."""

    id: UUID
    reference: Annotated[str, Field(examples=["CHL-2627-0001"])]
    status: Annotated[str, Code(Status)]
    in_words: Annotated[str, Field(description="Where it stands, and what it waits for.")]
    title: str
    agency_id: Annotated[str, Field(description="The agency that is challenged.")]
    by_agency_id: str
    body_id: Annotated[str | None, Field(description="The body in whose name it was made.")]
    made_as: Annotated[str, Code(Role)]
    made_at: Instant
    due: Annotated[date | None, Field(description="The last day for what is awaited now.")]
    overdue: bool
    responded_at: Instant | None
    changed_at: Instant | None
    rechecked_at: Instant | None
    impact: Annotated[str, Code(Impact)] | None
    outcome: Annotated[str, Code(Outcome)] | None
    closed_at: Instant | None


class ChallengeStep(Response):
    """One thing that was done to a challenge, and how it stood after it."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    due: date | None
    rule: Annotated[str | None, Field(description="By which the day was given.")]
    agency_id: str | None
    text: str
    facts: dict[str, Any]


class ChallengeWhole(ChallengeShown):
    """One challenge with all that was done to it, oldest first."""

    text: str
    wanted: str
    causes: Annotated[list[CauseShown], Field(max_length=20)]
    steps: Annotated[list[ChallengeStep], Field(max_length=1000)]


class ChallengePage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[ChallengeShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class ChallengeCounts(Response):
    """How many challenges there are that you may see."""

    statuses: dict[str, int]
    outcomes: dict[str, int]
    impacts: Annotated[dict[str, int], Field(description="What the re-checks found.")]
    live_by_agency: Annotated[dict[str, int], Field(description="Live ones, by the agency that is challenged.")]
    overdue: int
    to_recheck: int
