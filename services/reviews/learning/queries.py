"""Reads learning points: whose review they are from, and in which order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, exists, func, or_, select

from services.reviews.learning.domain import Origin
from services.reviews.learning.models import LearningPoint
from services.reviews.national_reviews import queries as national_reviews
from services.reviews.national_reviews.models import NationalReview
from services.reviews.practice_reviews import queries as reviews
from services.reviews.practice_reviews.domain import Status as ReviewStatus
from services.reviews.practice_reviews.domain import must_run
from services.reviews.practice_reviews.models import PracticeReview
from services.reviews.rapid_reviews import queries as rapid_reviews
from shared.acting import By
from shared.db import Tx
from shared.etag import must_match
from shared.policy import Principal, Reach
from shared.problems import NotFound
from shared.scoping import narrowed, newest_first, values, within

ALL = tuple(LearningPoint.__table__.c)


class LearningNotFound(NotFound):
    """There is no such learning point, or the caller may not know of it."""

    code = "learning_not_found"


def of_review(review_id: Any, clause: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether something is from a practice review for which a clause holds."""
    return exists().where(PracticeReview.id == review_id, clause)


def asked_about(review_id: Any) -> ColumnElement[bool]:
    """Whether something is from a review published elsewhere about which the caller's agency was asked."""
    return exists().where(NationalReview.id == review_id, national_reviews.IS_ASKED.correlate(NationalReview))


FROM = LearningPoint.practice_review_id
OWN = or_(of_review(FROM, reviews.IS_PARTY), asked_about(LearningPoint.national_review_id))
ASSIGNED = of_review(FROM, reviews.IS_REVIEWER)


def _one(reach: Reach, point_id: UUID) -> Select[Any]:
    return select(*ALL).where(LearningPoint.id == point_id, within(reach, OWN, ASSIGNED))


async def get(tx: Tx, principal: Principal, reach: Reach, point_id: UUID) -> Row[Any]:
    """One learning point. LearningNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, point_id), values(principal)))


async def as_read(tx: Tx, by: By, point_id: UUID) -> Row[Any]:
    """One learning point as the caller has read it, locked until the transaction ends."""
    assert by.principal
    statement = _one(by.reach, point_id).with_for_update(of=LearningPoint)
    row = _found(await tx.row(statement, values(by.principal)))
    must_match(by.if_match, row.version)
    return row


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise LearningNotFound("There is no such learning point that you may see.")
    return row


async def lock(tx: Tx, by: By, origin: Origin) -> None:
    """Lock the review from which something is drawn: one that the caller reaches, and a practice review that still runs."""
    if origin.rapid_review_id:
        assert by.principal
        await rapid_reviews.for_update(tx, by.principal, by.reach, origin.rapid_review_id)
    elif origin.national_review_id:
        await national_reviews.for_update(tx, by, origin.national_review_id)
    elif origin.practice_review_id:
        must_run(ReviewStatus((await reviews.for_update(tx, by, origin.practice_review_id)).status))


def of(columns: Any, origin: Origin) -> ColumnElement[bool]:
    """Whether the row of these columns is from that review."""
    if origin.rapid_review_id:
        clause: ColumnElement[bool] = columns.rapid_review_id == origin.rapid_review_id
        return clause
    if origin.national_review_id:
        elsewhere: ColumnElement[bool] = columns.national_review_id == origin.national_review_id
        return elsewhere
    mine: ColumnElement[bool] = columns.practice_review_id == origin.practice_review_id
    return mine


async def next_number(tx: Tx, table: Any, origin: Origin) -> int:
    """The number after the last of a review, whose row the caller has locked."""
    statement = select(func.coalesce(func.max(table.number), 0) + 1).where(of(table.__table__.c, origin))
    return int(await tx.scalar(statement))


async def agencies(tx: Tx, origin: Origin) -> tuple[str, ...]:
    """The agencies that take part in a review."""
    if origin.rapid_review_id:
        rows = await rapid_reviews.returns(tx, origin.rapid_review_id)
    elif origin.national_review_id:
        rows = await national_reviews.answers(tx, [origin.national_review_id])
    elif origin.practice_review_id:
        rows = await reviews.parties(tx, origin.practice_review_id)
    return tuple(sorted({row.agency_id for row in rows}))


async def points(tx: Tx, point_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """These learning points, by number."""
    statement = select(*ALL).where(LearningPoint.id.in_(list(point_ids)))
    return await tx.rows(statement.order_by(LearningPoint.number))


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    status: str | None = None
    kind: str | None = None
    theme: str | None = None
    practice_review_id: UUID | None = None
    rapid_review_id: UUID | None = None
    national_review_id: UUID | None = None


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` learning points, newest first, after a position."""
    statement = select(*ALL).where(within(reach, OWN, ASSIGNED), *narrowed(filters, LearningPoint))
    place = LearningPoint.drawn_at, LearningPoint.id
    return await tx.rows(newest_first(statement, *place, limit, after), values(principal))
