"""Reads who attended, and how a meeting stands to its quorum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, exists, func, select

from services.governance.attendances.domain import (
    How,
    Member,
    Noted,
    Seen,
    Standing,
    Tally,
    partners_there,
    standing,
    tallies,
)
from services.governance.attendances.models import Attendance
from services.governance.bodies.domain import Kind
from services.governance.body_decisions.domain import Quorum
from services.governance.body_decisions.queries import quorum_on
from services.governance.expectations import queries as expected
from services.governance.invitations.commands import INVITATIONS
from services.governance.meetings.domain import TOOK_PLACE
from services.governance.meetings.models import Meeting
from services.governance.memberships.domain import Seat
from services.governance.memberships.models import MembershipRow
from services.governance.memberships.queries import STANDING, members_on, values, within_bodies
from shared.days import DAY, day_begins, today
from shared.db import Tx
from shared.policy import Principal, Reach


@dataclass(frozen=True)
class Register:
    """A meeting's members, what is noted of them, and the quorum."""

    rows: Sequence[Row[Any]]  # who sits on the body on the day
    noted: Mapping[UUID, Noted]
    quorum: Quorum | None
    standing: Standing

    @property
    def expected(self) -> list[Row[Any]]:
        """Those who are expected; deputies come in their places."""
        return [row for row in self.rows if row.seat != Seat.DEPUTY]


async def of_meeting(tx: Tx, meeting: Row[Any]) -> Register:
    """Who is expected at a meeting, who came, and how it stands to its quorum."""
    day = today(meeting.starts_at)
    rows = await members_on(tx, meeting.body_id, day)
    statement = select(*Attendance.__table__.c).where(Attendance.meeting_id == meeting.id)
    noted = {row.membership_id: _noted(row) for row in await tx.rows(statement)}
    quorum = quorum_on(Kind(meeting.body_kind), day)
    there = partners_there(noted.values(), members_of(rows), quorum.seats if quorum else ())
    return Register(rows, noted, quorum, standing(quorum, there))


async def answers(tx: Tx, meeting_id: UUID) -> dict[UUID, str | None]:
    """What the calendars of those who are invited have answered, by their seats."""
    return {seat: row.answer for seat, row in (await INVITATIONS.newest(tx, meeting_id)).items()}


@dataclass(frozen=True)
class Over:
    """A body's attendance over a period: the meetings counted, with their rows, and each agency's tally."""

    meetings: Sequence[Row[Any]]
    tallies: Sequence[Tally]


async def over(tx: Tx, principal: Principal | None, reach: Reach, body_id: str, first: date, last: date) -> Over:
    """How often each agency was at the meetings of a body that were held in a period and of which attendance is noted."""
    meetings = await tx.rows(
        select(Meeting.id, Meeting.reference, Meeting.starts_at)
        .where(
            Meeting.body_id == body_id,
            Meeting.status.in_(TOOK_PLACE),
            within_bodies(reach, Meeting.__table__.c.body_id),
        )
        .where(Meeting.starts_at >= day_begins(first), Meeting.starts_at < day_begins(last + DAY))
        .where(exists().where(Attendance.meeting_id == Meeting.id))
        .order_by(Meeting.starts_at, Meeting.id),
        values(principal, tx) if principal else {},
    )
    days = {row.id: today(row.starts_at) for row in meetings}
    seen = [
        Seen(agency_id=row.agency_id, meeting_id=meeting_id, how=How(row.how) if row.how else None)
        for meeting_id, day in days.items()
        for row in await _seats(tx, body_id, meeting_id, day)
    ]
    expectations = await expected.of_body(tx, body_id, first, last) if days else []
    return Over(meetings, tallies(days, seen, expectations))


async def _seats(tx: Tx, body_id: str, meeting_id: UUID, day: date) -> Sequence[Row[Any]]:
    """The seats of a body's members on the day of a meeting, deputies apart, with what is noted of each."""
    noted = (Attendance.membership_id == MembershipRow.id, Attendance.meeting_id == meeting_id)
    held = (MembershipRow.starts_on <= day, func.coalesce(MembershipRow.ends_on, day) >= day, STANDING)
    statement = select(MembershipRow.agency_id, Attendance.how).outerjoin(Attendance, and_(*noted))
    return await tx.rows(statement.where(MembershipRow.body_id == body_id, MembershipRow.seat != Seat.DEPUTY, *held))


def members_of(rows: Sequence[Row[Any]]) -> dict[UUID, Member]:
    """The members in rows, by their seats."""
    return {
        row.id: Member(id=row.id, agency_type=row.agency_type, seat=Seat(row.seat), deputy_for=row.deputy_for)
        for row in rows
    }


def _noted(row: Row[Any]) -> Noted:
    return Noted(membership_id=row.membership_id, how=How(row.how), deputy_id=row.deputy_id)
