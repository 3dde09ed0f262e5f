"""Reads holds: those of the reviews that the caller may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, exists, literal, select

from services.reviews.holds.domain import Status
from services.reviews.holds.models import Hold, HoldEntry
from services.reviews.practice_reviews.models import PracticeReview
from services.reviews.practice_reviews.queries import IS_PARTY, IS_REVIEWER, RUNS
from shared.acting import By
from shared.days import today
from shared.db import Tx
from shared.etag import must_match
from shared.history import History
from shared.policy import Principal, Reach
from shared.problems import NotFound
from shared.scoping import narrowed, newest_first, values, within

HISTORY = History(Hold, HoldEntry, keeps=("review_on",))

ALL = tuple(Hold.__table__.c)
LIVE = Hold.status == Status.LIVE
AWAITED = (LIVE, Hold.practice_review_id.in_(select(PracticeReview.id).where(RUNS)))


class HoldNotFound(NotFound):
    """There is no such hold, or it is of a review that the caller may not see."""

    code = "hold_not_found"
    cure = "Look in the review."


def _one(reach: Reach, hold_id: UUID) -> Select[Any]:
    seen = within(reach, IS_PARTY, IS_REVIEWER)
    review = exists().where(PracticeReview.id == Hold.practice_review_id, seen)
    return select(*ALL).where(Hold.id == hold_id, review)


async def get(tx: Tx, principal: Principal, reach: Reach, hold_id: UUID) -> Row[Any]:
    """One hold. HoldNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, hold_id), values(principal)))


async def as_read(tx: Tx, by: By, hold_id: UUID) -> Row[Any]:
    """One hold as the caller has read it, locked until the transaction ends."""
    assert by.principal
    row = _found(await tx.row(_one(by.reach, hold_id).with_for_update(of=Hold), values(by.principal)))
    must_match(by.if_match, row.version)
    return row


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise HoldNotFound("There is no such hold that you may see.")
    return row


async def of_review(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """Every hold of a review that the caller has been seen to reach, oldest first."""
    statement = select(*ALL).where(Hold.practice_review_id == review_id)
    return await tx.rows(statement.order_by(Hold.stated_at, Hold.id))


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    status: str | None = None
    authority: str | None = None
    proceedings: str | None = None
    overdue: bool | None = None
    due_before: date | None = None


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` holds of every review that the caller may see, the last stated first, after a position."""
    seen = exists().where(PracticeReview.id == Hold.practice_review_id, within(reach, IS_PARTY, IS_REVIEWER))
    clauses = narrowed(
        filters,
        Hold,
        overdue=and_(LIVE, Hold.review_on < literal(today(tx.now))),
        due_before=lambda day: and_(LIVE, Hold.review_on < day),
    )
    statement = select(*ALL).where(seen, *clauses)
    return await tx.rows(newest_first(statement, Hold.stated_at, Hold.id, limit, after), values(principal))


async def live(tx: Tx, review_id: UUID) -> list[str]:
    """The proceedings that hold a review now."""
    statement = select(Hold.proceedings).where(Hold.practice_review_id == review_id, LIVE)
    return [row.proceedings for row in await tx.rows(statement)]
