"""Reads learning points: whose they are, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, any_, exists, literal, select

from services.escalations.learning.domain import Status
from services.escalations.learning.models import LearningAction, LearningEntry, LearningParty, LearningPoint
from services.escalations.tables import Base
from shared.days import today
from shared.db import Tx
from shared.history import History
from shared.policy import Principal, Reach
from shared.problems import NotFound
from shared.scoping import AGENCIES, narrowed, newest_first, of_one_agency, values, within

HISTORY = History(LearningPoint, LearningEntry, keeps=("route", "owner_agency_id", "owner_body_id", "take_by"))

IS_PARTY = exists().where(LearningParty.learning_id == LearningPoint.id, LearningParty.agency_id == any_(AGENCIES))
ALL = tuple(LearningPoint.__table__.c)
ACTION_TABLE = Base.metadata.tables["escalations.learning_action"]


class LearningNotFound(NotFound):
    """There is no such learning point, or the caller may not know of it."""

    code = "learning_not_found"


def _one(reach: Reach, learning_id: UUID) -> Select[Any]:
    return select(*ALL).where(LearningPoint.id == learning_id, within(reach, IS_PARTY))


async def get(tx: Tx, principal: Principal, reach: Reach, learning_id: UUID) -> Row[Any]:
    """One learning point. LearningNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, learning_id), values(principal)))


async def for_update(tx: Tx, principal: Principal, reach: Reach, learning_id: UUID) -> Row[Any]:
    """One learning point, locked until the transaction ends. LearningNotFound as with `get`."""
    statement = _one(reach, learning_id).with_for_update(of=LearningPoint)
    return _found(await tx.row(statement, values(principal)))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise LearningNotFound("There is no such learning point that you may see.")
    return row


async def actions(tx: Tx, learning_id: UUID) -> Sequence[Row[Any]]:
    """The actions that came of a learning point, by reference. The caller has seen that it is visible."""
    statement = select(*LearningAction.__table__.c).where(LearningAction.learning_id == learning_id)
    return await tx.rows(statement.order_by(LearningAction.reference, LearningAction.action_id))


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    status: str | None = None
    route: str | None = None
    escalation_id: UUID | None = None
    owner_agency_id: str | None = None
    owner_body_id: str | None = None
    overdue: bool | None = None
    changed: bool | None = None
    recorded_from: datetime | None = None
    recorded_before: datetime | None = None


def _filtered(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    return narrowed(
        filters,
        LearningPoint,
        recorded_from=lambda at: LearningPoint.recorded_at >= at,
        recorded_before=lambda at: LearningPoint.recorded_at < at,
        overdue=and_(LearningPoint.status == Status.RECORDED, LearningPoint.take_by < literal(today(now))),
    )


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` learning points, newest first, after a position; an agency's own by the narrow party table."""
    if of_one_agency(principal, reach):
        own = LearningParty.agency_id == principal.agency_id
        statement = (
            select(*ALL)
            .select_from(LearningParty)
            .join(LearningPoint, LearningPoint.id == LearningParty.learning_id)
            .where(own)
        )
        place = LearningParty.recorded_at, LearningParty.learning_id
    else:
        statement = select(*ALL).where(within(reach, IS_PARTY))
        place = LearningPoint.recorded_at, LearningPoint.id
    statement = statement.where(*_filtered(filters, tx.now))
    return await tx.rows(newest_first(statement, *place, limit, after), values(principal))
