"""Reads meetings: whoever sits on the body, or on one to which it reports, and those who see to all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from services.governance.bodies.models import BodyRow
from services.governance.meetings.domain import TOOK_PLACE, Status
from services.governance.meetings.models import Meeting, MeetingEntry
from services.governance.memberships.queries import values, within_bodies
from shared.db import Tx
from shared.history import History
from shared.policy import Principal, Reach
from shared.problems import NotFound
from shared.scoping import narrowed, newest_first

HISTORY = History(Meeting, MeetingEntry, keeps=("starts_at", "ends_at"))

ALL = (*Meeting.__table__.c, BodyRow.name.label("body_name"), BodyRow.kind.label("body_kind"), BodyRow.parent_ids)


class MeetingNotFound(NotFound):
    """There is no such meeting, or the caller may not know of it."""

    code = "meeting_not_found"


@dataclass(frozen=True)
class Filters:
    """Which meetings; None leaves it open."""

    body_id: str | None = None
    status: Status | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None


def _all(reach: Reach) -> Select[Any]:
    joined = select(*ALL).join(BodyRow, BodyRow.id == Meeting.body_id)
    return joined.where(within_bodies(reach, Meeting.__table__.c.body_id))


async def get(tx: Tx, principal: Principal, reach: Reach, meeting_id: UUID) -> Row[Any]:
    """One meeting. MeetingNotFound where there is none to be seen."""
    return _found(await tx.row(_all(reach).where(Meeting.id == meeting_id), values(principal, tx)))


async def for_update(tx: Tx, principal: Principal | None, reach: Reach, meeting_id: UUID) -> Row[Any]:
    """One meeting, locked until the transaction ends. MeetingNotFound as with `get`."""
    statement = _all(reach).where(Meeting.id == meeting_id).with_for_update(of=Meeting)
    return _found(await tx.row(statement, values(principal, tx) if principal else {}))


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` meetings, the last to begin first, after a position."""
    clauses = narrowed(
        filters,
        Meeting,
        starts_from=lambda at: Meeting.starts_at >= at,
        starts_before=lambda at: Meeting.starts_at < at,
    )
    statement = newest_first(_all(reach).where(*clauses), Meeting.starts_at, Meeting.id, limit, after)
    return await tx.rows(statement, values(principal, tx))


async def last_before(tx: Tx, body_id: str, instant: datetime) -> Row[Any] | None:
    """The last meeting of a body that took place and began before an instant."""
    took_place = (Meeting.body_id == body_id, Meeting.status.in_(TOOK_PLACE), Meeting.starts_at < instant)
    statement = select(*Meeting.__table__.c).where(*took_place)
    return await tx.row(statement.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(1))


async def to_come(tx: Tx) -> Sequence[Row[Any]]:
    """The meetings that are convened and have not begun, as sweeps see them."""
    statement = select(*ALL).join(BodyRow, BodyRow.id == Meeting.body_id)
    return await tx.rows(
        statement.where(Meeting.status == Status.CONVENED, Meeting.starts_at > tx.now).order_by(Meeting.id)
    )


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise MeetingNotFound("There is no such meeting that you may see.")
    return row
