"""Reads chairs' reports, and which meetings still have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, select

from services.governance.bodies.models import BodyRow
from services.governance.chair_reports.models import ChairReport
from services.governance.meetings.domain import TOOK_PLACE
from services.governance.meetings.models import Meeting
from services.governance.memberships.queries import values, within_bodies
from shared.db import Tx
from shared.policy import Principal, Reach
from shared.scoping import narrowed, newest_first

ALL = (*ChairReport.__table__.c, Meeting.reference.label("meeting_reference"), Meeting.starts_at)
_JOINED = select(*ALL).join(Meeting, Meeting.id == ChairReport.meeting_id)


@dataclass(frozen=True)
class Filters:
    """Which reports; None leaves it open."""

    body_id: str | None = None
    to_body_id: str | None = None
    meeting_id: UUID | None = None


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` reports, the last first, after a position."""
    clauses = narrowed(filters, ChairReport, to_body_id=lambda body_id: ChairReport.to_body_ids.contains([body_id]))
    statement = _JOINED.where(within_bodies(reach, ChairReport.__table__.c.body_id), *clauses)
    return await tx.rows(
        newest_first(statement, ChairReport.reported_at, ChairReport.id, limit, after), values(principal, tx)
    )


async def of_meeting(tx: Tx, meeting_id: UUID) -> Row[Any] | None:
    """The report on one meeting, or None. The caller has seen that the meeting is visible."""
    return await tx.row(_JOINED.where(ChairReport.meeting_id == meeting_id))


async def to_body(tx: Tx, body_id: str, since: datetime | None) -> Sequence[Row[Any]]:
    """What chairs have reported to a body since an instant, oldest first."""
    statement = select(*ALL, BodyRow.name.label("body_name")).join(Meeting, Meeting.id == ChairReport.meeting_id)
    statement = statement.join(BodyRow, BodyRow.id == ChairReport.body_id)
    statement = statement.where(ChairReport.to_body_ids.contains([body_id]))
    if since:
        statement = statement.where(ChairReport.reported_at > since)
    return await tx.rows(statement.order_by(ChairReport.reported_at, ChairReport.id))


async def owed(tx: Tx, principal: Principal, reach: Reach, most: int) -> Sequence[Row[Any]]:
    """The meetings that took place and on which no chair has reported to the bodies above, the oldest first."""
    reported = exists().where(ChairReport.meeting_id == Meeting.id)
    statement = (
        select(Meeting.id, Meeting.reference, Meeting.body_id, Meeting.starts_at, BodyRow.parent_ids)
        .join(BodyRow, BodyRow.id == Meeting.body_id)
        .where(Meeting.status.in_(TOOK_PLACE), ~reported, func.cardinality(BodyRow.parent_ids) > 0)
        .where(within_bodies(reach, Meeting.__table__.c.body_id))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(most)
    )
    return await tx.rows(statement, values(principal, tx))
