"""Reads returns: an agency's own, and for a panel those of its case; nobody else knows what stands in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, and_, any_, bindparam, cast, exists, func, select
from sqlalchemy.sql import false

from services.reviews.panels.domain import Seat
from services.reviews.panels.models import PanelMember
from services.reviews.rapid_reviews.domain import BEFORE_SENT
from services.reviews.rapid_reviews.domain import Status as ReviewStatus
from services.reviews.rapid_reviews.models import RapidReview
from services.reviews.returns.models import ReturnEntry, ScopingReturn
from shared.db import Tx
from shared.plumbing import INSTANT
from shared.policy import Principal, Reach, Scope, View
from shared.problems import NotFound
from shared.rules import read_rules
from shared.scoping import AGENCIES, SUBJECT, narrowed, newest_first, values, within

RULES = read_rules(Path(__file__).parents[1] / "data" / "scoping.yaml")
OWN = func.coalesce(ScopingReturn.agency_id == any_(AGENCIES), false())
OF_ITS_PANEL = exists().where(
    PanelMember.review_id == ScopingReturn.review_id,
    cast(PanelMember.person_id, Text) == SUBJECT,
    PanelMember.released_at.is_(None),
    RapidReview.id == ScopingReturn.review_id,
    RapidReview.status != ReviewStatus.CLOSED,
)
CHAIRS = PanelMember.seat == Seat.CHAIR, PanelMember.released_at.is_(None)
OVERDUE = and_(ScopingReturn.returned_at.is_(None), ScopingReturn.due_at < bindparam("now", type_=INSTANT))
TAKES_RETURNS = RapidReview.status.in_(sorted(BEFORE_SENT))  # until it has been sent
COLUMNS = tuple(ScopingReturn.__table__.c)


class ReturnNotFound(NotFound):
    """There is no such return, or it is another agency's."""

    code = "return_not_found"


def _seen_as(reach: Reach) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The columns that say whether a return is the caller's own agency's, and whether she is on the panel of its case."""
    own = OWN if reach.view(Scope.OWN) else false()
    return own.label("own"), (OF_ITS_PANEL if reach.view(Scope.ASSIGNED) else false()).label("of_its_panel")


def view_of(row: Row[Any], reach: Reach) -> View:
    """The widest view of a row that these grants give."""
    held = [(Scope.OWN, row.own), (Scope.ASSIGNED, row.of_its_panel)]
    found = [reach.view(scope) for scope, holds in held if holds]
    return max((view for view in found if view), key=lambda view: view.width)


def _all(reach: Reach) -> Select[Any]:
    joined = select(*COLUMNS, RapidReview.reference, RapidReview.status.label("review_status"), *_seen_as(reach))
    return joined.join(RapidReview, RapidReview.id == ScopingReturn.review_id).where(within(reach, OWN, OF_ITS_PANEL))


async def get(tx: Tx, principal: Principal, reach: Reach, return_id: UUID) -> Row[Any]:
    """One return. ReturnNotFound where there is none to be seen."""
    row = await tx.row(_all(reach).where(ScopingReturn.id == return_id), values(principal))
    if row is None:
        raise ReturnNotFound("There is no such return that you may see.")
    return row


async def chair(tx: Tx, review_id: UUID) -> Row[Any] | None:
    """Who chairs a review's panel now, or None."""
    columns = PanelMember.person_id, PanelMember.person_name, PanelMember.agency_id
    return await tx.row(select(*columns).where(PanelMember.review_id == review_id, *CHAIRS))


async def entries(tx: Tx, return_id: UUID) -> Sequence[Row[Any]]:
    """What was told, oldest first. The caller has seen that the return is visible."""
    statement = select(*ReturnEntry.__table__.c).where(ReturnEntry.return_id == return_id)
    return await tx.rows(statement.order_by(ReturnEntry.id))


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    rapid_review_id: UUID | None = None
    status: str | None = None
    overdue: bool | None = None


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` returns, the last asked for first, after a position."""
    clauses = narrowed(filters, ScopingReturn, rapid_review_id=ScopingReturn.review_id, overdue=OVERDUE)
    place, given = (ScopingReturn.asked_at, ScopingReturn.id), values(principal) | {"now": tx.now}
    return await tx.rows(newest_first(_all(reach).where(*clauses), *place, limit, after), given)
