"""Reads who came. A register is for the session's trainers and who runs the programme."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.training.attendance.domain import CAME, UNSETTLED, Outcome, Proof, Source, Why, judged
from services.training.attendance.models import Presence
from services.training.bookings.domain import Status
from services.training.bookings.models import Booking
from services.training.bookings.queries import BOOKING
from services.training.meeting_exports.domain import plain
from shared.db import Tx


@dataclass(frozen=True)
class Open:
    """Somebody who keeps a session from being closed, and why."""

    booking_id: UUID | None
    name: str
    email: str | None
    agency_id: str | None
    minutes: int | None
    why: Why


@dataclass(frozen=True)
class Attendance:
    """The delegates of a session, and all that was said of who came."""

    bookings: Sequence[Row[Any]]
    said: Sequence[Row[Any]]

    def proofs(self, booking_id: UUID) -> list[Proof]:
        """What was said of one delegate, in its order."""
        return [Proof(Source(one.source), Outcome(one.outcome)) for one in self.said if one.booking_id == booking_id]

    @property
    def known(self) -> dict[str, Status]:
        """Where each delegate stands, by her address; whoever was struck out is none."""
        stands = {row.email: Status(row.status) for row in self.bookings}
        return {email: status for email, status in stands.items() if status is not Status.STRUCK_OUT}

    @property
    def by_name(self) -> dict[str, str]:
        """The addresses of delegates by their names, of those whose name nobody else has."""
        names = Counter(plain(row.name) for row in self.bookings)
        return {name: row.email for row in self.bookings if names[name := plain(row.name)] == 1}

    @property
    def by_agency(self) -> dict[str, int]:
        """Attendances by agency."""
        counts: dict[str, int] = {}
        for row in self.bookings:
            if row.status in CAME:
                counts[row.agency_id] = counts.get(row.agency_id, 0) + 1
        return counts

    def open(self) -> list[Open]:
        """Who keeps the session from being closed, and why: in the order of arrival, then whom nobody knows."""
        found = []
        for row in self.bookings:
            verdict = judged(self.proofs(row.id))
            if row.status in UNSETTLED or verdict is Why.CONTRADICTION:
                why = verdict if isinstance(verdict, Why) else Why.NOTHING_SAID
                found.append(Open(row.id, row.name, row.email, row.agency_id, self._minutes(row.id), why))
        return found + self._unknown()

    def _minutes(self, booking_id: UUID) -> int | None:
        return next((one.minutes for one in reversed(self.said) if one.booking_id == booking_id and one.minutes), None)

    def _unknown(self) -> list[Open]:
        known = {row.email for row in self.bookings}
        last = {one.email or one.name: one for one in self.said if one.booking_id is None}
        return [
            Open(None, one.name, one.email, None, one.minutes, Why.NOBODY_KNOWN)
            for key, one in last.items()
            if one.source == Source.EXPORT and key not in known
        ]


async def attendance(tx: Tx, session_id: UUID) -> Attendance:
    """Everybody at a session, and what was said. The caller has seen that she may know."""
    bookings = select(*BOOKING).where(Booking.session_id == session_id).order_by(Booking.arrival)
    said = select(*Presence.__table__.c).where(Presence.session_id == session_id).order_by(Presence.id)
    return Attendance(await tx.rows(bookings), await tx.rows(said))


async def agencies_of(tx: Tx, emails: Collection[str]) -> dict[str, str]:
    """The agencies for which people with these addresses were booked last."""
    statement = select(Booking.email, Booking.agency_id).where(Booking.email.in_(emails))
    rows = await tx.rows(statement.order_by(Booking.asked_at)) if emails else ()
    return {row.email: row.agency_id for row in rows}
