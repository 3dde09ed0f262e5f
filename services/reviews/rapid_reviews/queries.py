"""Reads rapid reviews: who may see which, how much of each, in which order; and what a case is weighed against."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, and_, bindparam, cast, exists, false, or_, select
from sqlalchemy.orm import aliased

from services.reviews.incidents.models import Incident, IncidentChild
from services.reviews.panels.domain import Seat
from services.reviews.panels.domain import Status as MemberStatus
from services.reviews.panels.models import PanelMember
from services.reviews.rapid_reviews.domain import Criteria, PanelNow, Status
from services.reviews.rapid_reviews.models import (
    CriterionAnswer,
    RapidReview,
    ReviewedIncident,
    ReviewEntry,
)
from services.reviews.returns.models import ScopingReturn
from shared.db import Tx, gathered
from shared.history import History
from shared.plumbing import INSTANT
from shared.policy import Principal, Reach, Scope, View
from shared.prepared import Prepared
from shared.problems import NotFound
from shared.reference import Record, read
from shared.reference import Text as Words
from shared.rules import in_force
from shared.scoping import SUBJECT, narrowed, newest_first, values, within

HISTORY = History(RapidReview, ReviewEntry)

PATH = Path(__file__).parents[1] / "data" / "criteria.yaml"
COLUMNS = tuple(RapidReview.__table__.c)
# A panel is of its case for the case's length: nobody's row by the role alone, and nobody's any more once it is closed.
SITS = exists().where(
    PanelMember.review_id == RapidReview.id,
    cast(PanelMember.person_id, Text) == SUBJECT,
    PanelMember.released_at.is_(None),
    RapidReview.status != Status.CLOSED,
)
HELD = or_(RapidReview.closed_at.is_(None), RapidReview.decided_at.is_not(None))  # it was not given up
OVERDUE = and_(RapidReview.due_at.is_not(None), RapidReview.due_at < bindparam("now", type_=INSTANT))


class RapidReviewNotFound(NotFound):
    """There is no such rapid review, or the caller may not know of it."""

    code = "rapid_review_not_found"


_INCIDENTS = (
    select(*Incident.__table__.c)
    .join(ReviewedIncident, ReviewedIncident.incident_id == Incident.id)
    .where(ReviewedIncident.review_id == bindparam("review_id"))
    .order_by(Incident.notified_at.nulls_last(), Incident.id)
)


def _of(table: type[PanelMember | ScopingReturn | CriterionAnswer], order: Any) -> Select[Any]:
    return select(*table.__table__.c).where(table.review_id == bindparam("review_id")).order_by(order)


_PANEL = _of(PanelMember, PanelMember.id)
_RETURNS = _of(ScopingReturn, ScopingReturn.id)
_ANSWERS = _of(CriterionAnswer, CriterionAnswer.criterion)


_ABOUT = and_(ReviewedIncident.review_id == RapidReview.id, ReviewedIncident.incident_id == Incident.id)
_CHILDREN = and_(
    ReviewedIncident.review_id == RapidReview.id, ReviewedIncident.incident_id == IncidentChild.incident_id
)
_BESIDE = (
    gathered(Incident, _ABOUT, Incident.notified_at.nulls_last(), Incident.id).label("incidents"),
    gathered(IncidentChild, _CHILDREN, IncidentChild.incident_id, IncidentChild.number).label("children"),
    gathered(PanelMember, PanelMember.review_id == RapidReview.id, PanelMember.id).label("panel"),
    gathered(ScopingReturn, ScopingReturn.review_id == RapidReview.id, ScopingReturn.id).label("returns"),
    gathered(CriterionAnswer, CriterionAnswer.review_id == RapidReview.id, CriterionAnswer.criterion).label("answers"),
)


def _seen_as(reach: Reach) -> ColumnElement[bool]:
    """The column that says whether a row is seen as its panel's."""
    return (SITS if reach.view(Scope.ASSIGNED) else false()).label("sits")


def view_of(row: Row[Any], reach: Reach) -> View:
    """The widest view of a row that these grants give."""
    found = [reach.view(Scope.ALL), reach.view(Scope.ASSIGNED) if row.sits else None]
    return max((view for view in found if view), key=lambda view: view.width)


def _one(reach: Reach, *beside: ColumnElement[Any]) -> Select[Any]:
    columns = (*COLUMNS, _seen_as(reach), *beside)
    return select(*columns).where(RapidReview.id == bindparam("id"), within(reach, false(), SITS))


@lru_cache(maxsize=64)
def _read(reach: Reach, *beside: ColumnElement[Any]) -> Prepared:
    return Prepared(_one(reach, *beside))


async def get(tx: Tx, principal: Principal, reach: Reach, review_id: UUID) -> Row[Any]:
    """One rapid review. RapidReviewNotFound where there is none to be seen."""
    return _found(await tx.row(_read(reach), values(principal) | {"id": review_id}))


async def whole(tx: Tx, principal: Principal, reach: Reach, review_id: UUID) -> Row[Any]:
    """One rapid review with its `incidents`, the first notified first, their `children`, its `panel`, `returns` and `answers`.

    Null stands for none of a kind. RapidReviewNotFound as with `get`.
    """
    return _found(await tx.row(_read(reach, *_BESIDE), values(principal) | {"id": review_id}))


async def for_update(tx: Tx, principal: Principal, reach: Reach, review_id: UUID) -> Row[Any]:
    """One rapid review, locked until the transaction ends. RapidReviewNotFound as with `get`."""
    statement = _one(reach).with_for_update(of=RapidReview)
    return _found(await tx.row(statement, values(principal) | {"id": review_id}))


async def locked(tx: Tx, review_id: UUID) -> Row[Any]:
    """One rapid review, locked, for what nobody asks for: time, a return, or what the three have decided."""
    return (await tx.execute(select(*COLUMNS).where(RapidReview.id == review_id).with_for_update())).one()


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise RapidReviewNotFound("There is no such rapid review that you may see.")
    return row


def reference_of(review_id: UUID) -> Select[Any]:
    """The reference of a review, whoever asks."""
    return select(RapidReview.reference).where(RapidReview.id == review_id)


async def incidents(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """The incidents that a review is about, the first notified first."""
    return await tx.rows(_INCIDENTS, {"review_id": review_id})


async def held_by_it_alone(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """Those of its incidents that no other review, which was not given up, is about."""
    other = aliased(ReviewedIncident)
    of_it = other.review_id == RapidReview.id, other.incident_id == Incident.id
    elsewhere = exists().where(*of_it, RapidReview.id != bindparam("review_id"), HELD)
    return await tx.rows(_INCIDENTS.where(~elsewhere), {"review_id": review_id})


async def panel(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """Who sits, or sat, on a review's panel, in the order of naming."""
    return await tx.rows(_PANEL, {"review_id": review_id})


async def returns(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """What agencies were asked for, and whether they have answered: not what."""
    return await tx.rows(_RETURNS, {"review_id": review_id})


async def criteria_answered(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """What the panel has found, criterion by criterion."""
    return await tx.rows(_ANSWERS, {"review_id": review_id})


def panel_now(members: Collection[Row[Any]]) -> PanelNow:
    """Whether a panel is chaired, and how many of those who sit on it have declared nothing."""
    sitting = [one for one in members if one.status != MemberStatus.RELEASED]
    return PanelNow(
        chaired=any(one.seat == Seat.CHAIR for one in sitting),
        undeclared=sum(one.status == MemberStatus.NAMED for one in sitting),
    )


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    status: str | None = None
    kind: str | None = None
    incident_id: UUID | None = None
    decision: str | None = None
    overdue: bool | None = None


def _filtered(filters: Filters) -> list[ColumnElement[bool]]:
    of_it = ReviewedIncident.review_id == RapidReview.id
    return narrowed(
        filters,
        RapidReview,
        incident_id=lambda one: exists().where(of_it, ReviewedIncident.incident_id == one),
        overdue=OVERDUE,
    )


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rapid reviews, newest first, after a position."""
    statement = _page(reach, filters, limit, tuple(after) if after else None)
    return await tx.rows(statement, values(principal) | {"now": tx.now})


@lru_cache(maxsize=256)
def _page(reach: Reach, filters: Filters, limit: int, after: tuple[Any, ...] | None) -> Select[Any]:
    statement = select(*COLUMNS, _seen_as(reach)).where(within(reach, false(), SITS), *_filtered(filters))
    return newest_first(statement, RapidReview.opened_at, RapidReview.id, limit, after)


def criteria_on(day: date) -> Criteria:
    """What a case is weighed against by a review that is opened on this day."""
    return in_force(_criteria(PATH), day, "list of criteria")


def criteria(version: str) -> Criteria:
    """One version, whether in force or not."""
    return next(one for one in _criteria(PATH) if one.version == version)


@lru_cache(maxsize=4)
def _criteria(path: Path) -> tuple[Criteria, ...]:
    return tuple(
        Criteria(**row.model_dump(exclude={"items"}), items=tuple(row.items.items()))
        for row in read(path, _File).criteria
    )


class _Row(Record):
    version: Words
    items: dict[Words, Words]
    source: Words
    verified: bool
    effective_from: date
    effective_to: date | None


class _File(Record):
    criteria: list[_Row]
