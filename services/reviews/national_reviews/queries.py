"""Reads reviews published elsewhere: those who oversee see all answers, an agency what it was asked and its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, any_, exists, func, literal, select

from services.reviews.national_reviews.domain import Status
from services.reviews.national_reviews.models import NationalReview, NationalReviewAnswer, NationalReviewEntry
from shared.acting import By
from shared.db import Tx
from shared.etag import must_match
from shared.history import History
from shared.policy import Principal, Reach, Scope
from shared.problems import NotFound
from shared.rules import calendar
from shared.scoping import AGENCIES, narrowed, newest_first, values, within

HISTORY = History(NationalReview, NationalReviewEntry)

ALL = tuple(NationalReview.__table__.c)
OF_IT = NationalReviewAnswer.national_review_id == NationalReview.id
IS_ASKED = exists().where(OF_IT, NationalReviewAnswer.agency_id == any_(AGENCIES))
ASK_ON = func.coalesce(NationalReviewAnswer.ask_on, NationalReviewAnswer.due_on)
AWAITED = (NationalReview.status == Status.ASKED, NationalReviewAnswer.answered_at.is_(None))
SILENT = (*AWAITED, NationalReviewAnswer.told_at.is_(None))


class NationalReviewNotFound(NotFound):
    """There is no such review, or the caller's agency was not asked about it."""

    code = "national_review_not_found"


def _one(reach: Reach, review_id: UUID) -> Select[Any]:
    return select(*ALL).where(NationalReview.id == review_id, within(reach, IS_ASKED))


async def get(tx: Tx, principal: Principal, reach: Reach, review_id: UUID) -> Row[Any]:
    """One of them. NationalReviewNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, review_id), values(principal)))


async def for_update(tx: Tx, by: By, review_id: UUID) -> Row[Any]:
    """One of them, locked until the transaction ends. NationalReviewNotFound as with `get`."""
    assert by.principal is not None, "somebody does it"
    statement = _one(by.reach, review_id).with_for_update(of=NationalReview)
    return _found(await tx.row(statement, values(by.principal)))


async def as_read(tx: Tx, by: By, review_id: UUID) -> Row[Any]:
    """The same, where it is as the caller has read it."""
    row = await for_update(tx, by, review_id)
    must_match(by.if_match, row.version)
    return row


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NationalReviewNotFound("There is no such review that you may see.")
    return row


def verdict_of(review_id: UUID) -> Select[Any]:
    """What was concluded of one of them, whoever asks; null until then."""
    return select(NationalReview.verdict).where(NationalReview.id == review_id)


async def answers(tx: Tx, review_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """The agencies asked about these, and what each says, by id."""
    mine = NationalReviewAnswer.national_review_id.in_(list(review_ids))
    return await tx.rows(select(*NationalReviewAnswer.__table__.c).where(mine).order_by(NationalReviewAnswer.agency_id))


def may_see(rows: Sequence[Row[Any]], principal: Principal, reach: Reach) -> list[Row[Any]]:
    """Those answers that the caller may see: her own agencies', or all."""
    return [one for one in rows if reach.view(Scope.ALL) or one.agency_id in principal.agencies]


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    status: str | None = None
    verdict: str | None = None
    body_id: str | None = None
    asked_agency_id: str | None = None
    overdue: bool | None = None


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` of them, the last recorded first, after a position."""
    mine = literal(True) if reach.view(Scope.ALL) else NationalReviewAnswer.agency_id == any_(AGENCIES)
    over = NationalReviewAnswer.due_on < literal(calendar().date_of(tx.now))
    clauses = narrowed(
        filters,
        NationalReview,
        asked_agency_id=lambda one: exists().where(OF_IT, mine, NationalReviewAnswer.agency_id == one),
        overdue=and_(NationalReview.status == Status.ASKED, exists().where(OF_IT, mine, *AWAITED[1:], over)),
    )
    statement = select(*ALL).where(within(reach, IS_ASKED), *clauses)
    place = NationalReview.recorded_at, NationalReview.id
    return await tx.rows(newest_first(statement, *place, limit, after), values(principal))
