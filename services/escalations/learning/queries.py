"""Reads learning points: whose they are, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    any_,
    bindparam,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.escalations.learning.domain import Status, today
from services.escalations.learning.models import LearningEntry, LearningParty, LearningPoint
from shared.db import Tx
from shared.policy import Principal, Reach, Scope
from shared.problems import NotFound

AGENCIES = bindparam("agencies", type_=ARRAY(Text))
IS_PARTY = exists().where(LearningParty.learning_id == LearningPoint.id, LearningParty.agency_id == any_(AGENCIES))
ALL = tuple(LearningPoint.__table__.c)


class LearningNotFound(NotFound):
    """There is no such learning point, or the caller may not know of it."""

    code = "learning_not_found"


def visible_to(reach: Reach) -> ColumnElement[bool]:
    """The clause that keeps what these grants reach; the statement needs the value `agencies`."""
    own = IS_PARTY if reach.view(Scope.OWN) else false()
    return true() if reach.view(Scope.ALL) else own


def _one(reach: Reach, learning_id: UUID) -> Select[Any]:
    return select(*ALL).where(LearningPoint.id == learning_id, visible_to(reach), func.cardinality(AGENCIES) > 0)


async def get(tx: Tx, principal: Principal, reach: Reach, learning_id: UUID) -> Row[Any]:
    """One learning point. LearningNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, learning_id), {"agencies": list(principal.agencies)}))


async def for_update(tx: Tx, principal: Principal, reach: Reach, learning_id: UUID) -> Row[Any]:
    """One learning point, locked until the transaction ends. LearningNotFound as with `get`."""
    statement = _one(reach, learning_id).with_for_update(of=LearningPoint)
    return _found(await tx.row(statement, {"agencies": list(principal.agencies)}))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise LearningNotFound("There is no such learning point that you may see.")
    return row


async def history(tx: Tx, learning_id: UUID) -> Sequence[Row[Any]]:
    """What was done to a learning point, oldest first. The caller has seen that it is visible."""
    statement = select(*LearningEntry.__table__.c).where(LearningEntry.learning_id == learning_id)
    return await tx.rows(statement.order_by(LearningEntry.id))


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
    equal: dict[Any, Any] = {
        LearningPoint.status: filters.status,
        LearningPoint.route: filters.route,
        LearningPoint.escalation_id: filters.escalation_id,
        LearningPoint.owner_agency_id: filters.owner_agency_id,
        LearningPoint.owner_body_id: filters.owner_body_id,
        LearningPoint.changed: filters.changed,
    }
    clauses: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if filters.recorded_from:
        clauses.append(LearningPoint.recorded_at >= filters.recorded_from)
    if filters.recorded_before:
        clauses.append(LearningPoint.recorded_at < filters.recorded_before)
    if filters.overdue is not None:
        late = and_(LearningPoint.status == Status.RECORDED, LearningPoint.take_by < literal(today(now)))
        early = or_(LearningPoint.status != Status.RECORDED, LearningPoint.take_by >= literal(today(now)))
        clauses.append(late if filters.overdue else early)
    return clauses


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` learning points, newest first, after a position; an agency's own by the narrow party table."""
    own_only = reach.view(Scope.ALL) is None and len(principal.agencies) == 1
    recorded, identity = (
        (LearningParty.recorded_at, LearningParty.learning_id)
        if own_only
        else (LearningPoint.recorded_at, LearningPoint.id)
    )
    if own_only:
        statement = (
            select(*ALL)
            .select_from(LearningParty)
            .join(LearningPoint, LearningPoint.id == LearningParty.learning_id)
            .where(LearningParty.agency_id == principal.agency_id)
        )
    else:
        statement = select(*ALL).where(visible_to(reach), func.cardinality(AGENCIES) > 0)
    statement = statement.where(*_filtered(filters, tx.now)).order_by(recorded.desc(), identity.desc())
    if after:
        statement = statement.where(tuple_(recorded, identity) < tuple_(literal(after[0]), literal(after[1])))
    return await tx.rows(statement.limit(limit + 1), None if own_only else {"agencies": list(principal.agencies)})
