"""Reads practice reviews: who may see which, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Row,
    Select,
    and_,
    any_,
    bindparam,
    exists,
    func,
    not_,
    select,
)

from services.reviews.practice_reviews.domain import ENDED, Do, Silence, Status, text_hash
from services.reviews.practice_reviews.models import (
    PracticeReview,
    ReportPart,
    ReviewEntry,
    Reviewer,
    ReviewLetter,
    ReviewParty,
)
from shared.acting import By
from shared.days import today
from shared.db import Tx, gathered
from shared.etag import must_match
from shared.history import History
from shared.policy import Principal, Reach
from shared.prepared import Prepared
from shared.problems import NotFound
from shared.reference import LENIENT, Record, Text, read
from shared.rules import in_force
from shared.scoping import AGENCIES, SUBJECT, narrowed, newest_first, values, within

SILENCE = Path(__file__).parents[1] / "data" / "silence.yaml"
HISTORY = History(PracticeReview, ReviewEntry)

ALL = tuple(PracticeReview.__table__.c)
RUNS = PracticeReview.status.not_in(sorted(ENDED))
AWAITED = (PracticeReview.status == Status.ACCURACY_CHECK, ReviewParty.answered_at.is_(None))
LATE = (RUNS, not_(PracticeReview.held), PracticeReview.publish_by.is_not(None))
IS_PARTY = exists().where(ReviewParty.practice_review_id == PracticeReview.id, ReviewParty.agency_id == any_(AGENCIES))
IS_REVIEWER = and_(
    RUNS,
    exists().where(
        Reviewer.practice_review_id == PracticeReview.id, Reviewer.person_id == SUBJECT, Reviewer.ended_at.is_(None)
    ),
)


class ReviewNotFound(NotFound):
    """There is no such practice review, or none that the caller may see."""

    code = "practice_review_not_found"
    cure = "Look in `/reviews/v1/practice-reviews`."


_ID: BindParameter[UUID] = bindparam("id")
_BESIDE = (
    gathered(ReportPart, ReportPart.practice_review_id == PracticeReview.id, ReportPart.part).label("parts"),
    gathered(ReviewParty, ReviewParty.practice_review_id == PracticeReview.id, ReviewParty.agency_id).label("parties"),
    HISTORY.beside(PracticeReview.id).label("steps"),
)


@lru_cache(maxsize=64)
def _one(reach: Reach, *beside: ColumnElement[Any]) -> Prepared:
    return Prepared(select(*ALL, *beside).where(PracticeReview.id == _ID, within(reach, IS_PARTY, IS_REVIEWER)))


async def get(tx: Tx, principal: Principal, reach: Reach, review_id: UUID) -> Row[Any]:
    """One review. ReviewNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach), values(principal) | {"id": review_id}))


async def whole(tx: Tx, principal: Principal, reach: Reach, review_id: UUID) -> Row[Any]:
    """One review with the `parts` of its report, its `parties` by id and its `steps`, oldest first. ReviewNotFound as with `get`."""
    return _found(await tx.row(_one(reach, *_BESIDE), values(principal) | {"id": review_id}))


async def for_update(tx: Tx, by: By, review_id: UUID) -> Row[Any]:
    """One review that the caller may change, locked until the transaction ends. ReviewNotFound as with `get`."""
    statement = select(*ALL).where(PracticeReview.id == review_id)
    if by.principal is None:
        return _found(await tx.row(statement.with_for_update()))
    statement = statement.where(within(by.reach, IS_PARTY, IS_REVIEWER)).with_for_update(of=PracticeReview)
    return _found(await tx.row(statement, values(by.principal)))


async def as_read(tx: Tx, by: By, review_id: UUID) -> Row[Any]:
    """The same, where it is as the caller has read it."""
    row = await for_update(tx, by, review_id)
    must_match(by.if_match, row.version)
    return row


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise ReviewNotFound("There is no such practice review that you may see.")
    return row


async def parts(tx: Tx, review_id: UUID) -> dict[str, str]:
    """The report: the text of each part."""
    statement = select(ReportPart.part, ReportPart.text).where(ReportPart.practice_review_id == review_id)
    return {row.part: row.text for row in await tx.rows(statement)}


async def hash_now(tx: Tx, review_id: UUID) -> str:
    """The hash of the report as it stands."""
    return text_hash(await parts(tx, review_id))


async def parties(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """The agencies that take part, by id."""
    statement = select(*ReviewParty.__table__.c).where(ReviewParty.practice_review_id == review_id)
    return await tx.rows(statement.order_by(ReviewParty.agency_id))


async def authors(tx: Tx, review_id: UUID) -> set[str]:
    """Everybody who has written in the report."""
    wrote = ReviewEntry.practice_review_id == review_id, ReviewEntry.did == Do.WRITE
    return {row.actor for row in await tx.rows(select(ReviewEntry.actor).where(*wrote))}


async def signed_at(tx: Tx, review_id: UUID) -> datetime | None:
    """When the three last signed its report off, to be published or not; None for one that was brought in."""
    signed = ReviewEntry.practice_review_id == review_id, ReviewEntry.did.in_([Do.SIGN_OFF, Do.WITHHOLD])
    at: datetime | None = await tx.scalar(select(func.max(ReviewEntry.at)).where(*signed))
    return at


def status_of(review_id: UUID) -> Select[Any]:
    """The status of a review, whoever asks."""
    return select(PracticeReview.status).where(PracticeReview.id == review_id)


async def letters(tx: Tx) -> list[str]:
    """Every letter that was ever given."""
    return [row.letter for row in await tx.rows(select(ReviewLetter.letter))]


async def reviewers_at_work(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """Who reviews it now."""
    mine = Reviewer.practice_review_id == review_id, Reviewer.ended_at.is_(None)
    return await tx.rows(select(*Reviewer.__table__.c).where(*mine).order_by(Reviewer.appointed_at))


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    status: str | None = None
    kind: str | None = None
    held: bool | None = None
    overdue: bool | None = None
    due_before: date | None = None


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` reviews, newest first, after a position."""
    statement = _page(reach, filters, limit, tuple(after) if after else None)
    return await tx.rows(statement, values(principal) | {"today": today(tx.now)})


@lru_cache(maxsize=256)
def _page(reach: Reach, filters: Filters, limit: int, after: tuple[Any, ...] | None) -> Select[Any]:
    clauses = narrowed(
        filters,
        PracticeReview,
        overdue=and_(*LATE, PracticeReview.publish_by < bindparam("today", type_=Date)),
        due_before=lambda day: and_(RUNS, PracticeReview.publish_by < day),
    )
    statement = select(*ALL).where(within(reach, IS_PARTY, IS_REVIEWER), *clauses)
    place = PracticeReview.commissioned_at, PracticeReview.id
    return newest_first(statement, *place, limit, after)


def silence_on(day: date) -> Silence:
    """What silence about the facts in a report means, by the rule in force on a day."""
    return in_force(_silence(SILENCE), day, "rule of what silence means").means


@lru_cache(maxsize=4)
def _silence(path: Path) -> "tuple[_Silence, ...]":
    return tuple(read(path, _File).silence)


class _Silence(Record):
    version: Text
    means: Annotated[Silence, LENIENT]
    source: Text
    verified: bool
    effective_from: date
    effective_to: date | None


class _File(Record):
    silence: list[_Silence]
