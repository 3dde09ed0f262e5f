"""What the requests about legal holds say, and what is shown of them and of what is kept until when."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.keeping.domain import SOON_DAYS, Do, Standing, Status
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import Code, Day, Instant, Line, Prose, Response, Worded

Noun = Annotated[
    str,
    Field(
        pattern=r"^[a-z]+\.[a-z_]+$",
        max_length=80,
        description="What it is, as events name it: the `type` of the records of `/retention`.",
    ),
]


class PlaceLegalHold(Worded):
    """On which matter, why, by whose authority, and when it is looked at again."""

    prose: ClassVar[tuple[str, ...]] = ("reason",)
    lines: ClassVar[tuple[str, ...]] = ("authority",)

    matter_type: Noun
    matter_id: UUID
    reason: Prose
    authority: Annotated[
        Line, Field(description="Who asked for it: a court, an inquiry, a solicitor's letter of a day.")
    ]
    review_on: Annotated[Day, Field(description="When it is looked at again.")]


class ReviewLegalHold(Worded):
    """It lasts."""

    review_on: Annotated[Day, Field(description="When it is looked at again.")]
    reason: Prose


class LiftLegalHold(Worded):
    """It is over."""

    reason: Prose


class ListLegalHolds(Listing):
    """How the legal holds are narrowed and paged."""

    status: Status | None = None
    matter_type: Noun | None = None
    matter_id: Annotated[UUID | None, Field(description="On this matter.")] = None
    overdue: Annotated[bool | None, Field(description="Live, and the day is over on which it was to be looked at.")] = (
        None
    )


class LegalHoldStep(Response):
    """One thing that was done to a legal hold."""

    at: Instant
    did: Annotated[str, Code(Do)]
    status: Annotated[str, Code(Status)]
    review_on: date
    text: str | None
    agency_id: str | None


class LegalHoldShown(Response):
    """One legal hold with what was done to it, oldest first."""

    id: UUID
    matter_type: str
    matter_id: UUID
    reference: Annotated[str | None, Field(description="Of the matter, where it has one.")]
    status: Annotated[str, Code(Status)]
    reason: str
    authority: str
    agency_id: Annotated[str, Field(description="That placed it; it alone reviews and lifts it.")]
    placed_at: Instant
    review_on: date
    review_overdue: bool
    lifted_at: Instant | None
    steps: Annotated[list[LegalHoldStep], Field(max_length=1000)]


class LegalHoldPage(Response):
    """One page, the last placed first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[LegalHoldShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class ListRecords(Listing):
    """How the records are narrowed and paged."""

    standing: Annotated[
        Standing | None, Field(description=f"`due` may go; the day of `soon` comes within {SOON_DAYS} days.")
    ] = None
    retention_class: Annotated[str | None, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=50)] = None
    type: Noun | None = None


class RecordKept(Response):
    """One record, until when it is kept, and how it stands with that day."""

    type: str
    id: UUID
    reference: str | None
    retention_class: str
    retain_until: Annotated[
        date | None, Field(description="The day from which it may go; null while it, or what it belongs to, runs.")
    ]
    legal_hold: bool
    standing: Annotated[str, Code(Standing)]


class ClassKept(Response):
    """The period of a class of records, and how many of them stand how."""

    retention_class: str
    title: str | None
    months: Annotated[int | None, Field(description="From the end of a record; null where no period is loaded.")]
    source: str | None
    verified: Annotated[bool, Field(description="Somebody has read the period in its source; others decide nothing.")]
    effective_from: date | None
    runs: int
    kept: int
    soon: int
    due: int
    held: int


class RecordPage(Response):
    """One page, those first that may go first, with all classes; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[RecordKept], Field(max_length=GREATEST)]
    classes: Annotated[list[ClassKept], Field(max_length=100)]
    next: Annotated[str | None, Field(max_length=500)]
