"""Gives places: the session's row is locked first, so that of two who want the last place one comes before the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.training.bookings import queries
from services.training.bookings.domain import (
    PLACED,
    Do,
    NotYourBooking,
    Status,
    hears_by_letter,
    step,
)
from services.training.bookings.models import Booking, BookingEntry, PlaceLetter
from services.training.sessions import queries as sessions
from services.training.sessions.domain import Places
from services.training.sessions.models import Session
from shared.acting import BY_LINK, By
from shared.contracts import training as events
from shared.db import Tx
from shared.errands import queued
from shared.etag import must_match
from shared.events import Cause
from shared.outbox import emit
from shared.policy import Scope

NOUN = "training.booking"

TOLD: Mapping[Status, type[events.BookingEvent]] = {
    Status.REQUESTED: events.BookingRequested,
    Status.DECLINED: events.BookingDeclined,
    Status.BOOKED: events.BookingBooked,
    Status.WAITING: events.BookingQueued,
    Status.CANCELLED_IN_TIME: events.BookingCancelled,
    Status.CANCELLED_LATE: events.BookingCancelled,
    Status.COURSE_CANCELLED: events.BookingCalledOff,
    Status.ATTENDED: events.BookingSettled,
    Status.PART_ATTENDED: events.BookingSettled,
    Status.DID_NOT_ATTEND: events.BookingSettled,
    Status.WALK_IN: events.BookingSettled,
}


LEFT = (
    update(Session)
    .where(Session.id == bindparam("left_id"))
    .values(
        {
            name: bindparam(name, type_=Session.__table__.c[name].type)
            for name in ("arrivals", "taken", "waiting", "agency_ids")
        }
    )
)


@dataclass
class Desk:
    """A session whose places are being given: its row is locked, and its counts follow every move."""

    session: Row[Any]
    taken: dict[str, int] = field(init=False)
    waiting: int = field(init=False)
    arrivals: int = field(init=False)
    agency_ids: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.taken, self.waiting = dict(self.session.taken), self.session.waiting
        self.arrivals, self.agency_ids = self.session.arrivals, list(self.session.agency_ids)

    @classmethod
    async def at(cls, tx: Tx, session_id: UUID) -> "Desk":
        """The desk of a session. SessionNotFound."""
        return cls(await sessions.lock(tx, session_id))

    def places(self, tx: Tx) -> Places:
        """Its places as they stand now."""
        return sessions.places_of(self.session, tx.now, self.taken)

    def arrive(self, agency_id: str) -> int:
        """The number of whoever asks next: what the order of arrival is."""
        self.arrivals += 1
        if agency_id not in self.agency_ids:
            self.agency_ids.append(agency_id)
        return self.arrivals

    def count(self, agency_id: str, before: Status | None, after: Status) -> None:
        """A delegate of this agency went from one status to another."""
        held = (after in PLACED) - (before in PLACED)
        if held:
            self.taken[agency_id] = self.taken.get(agency_id, 0) + held
        self.waiting += (after is Status.WAITING) - (before is Status.WAITING)

    def left(self) -> dict[str, Any]:
        """The values of `LEFT`: the counts as they now are."""
        return {
            "left_id": self.session.id,
            "arrivals": self.arrivals,
            "taken": {agency_id: number for agency_id, number in self.taken.items() if number},
            "waiting": self.waiting,
            "agency_ids": self.agency_ids,
        }

    async def leave(self, tx: Tx) -> None:
        """Write the counts."""
        await tx.execute(LEFT, self.left())


async def begin(tx: Tx, by: By, booking_id: UUID) -> tuple[Desk, Row[Any]]:
    """A booking that the caller may move, in the version that was read, and the desk of its session. BookingNotFound; NotYourBooking.

    Whoever comes by a link has read a page, and no version.
    """
    if by is BY_LINK:
        seen = await queries.by_id(tx, booking_id)
        return await Desk.at(tx, seen.session_id), await queries.by_id(tx, booking_id)
    assert by.principal
    seen = await queries.get(tx, by.principal, by.reach, booking_id)
    own = by.reach.view(Scope.OWN) is not None and seen.agency_id in by.principal.agencies
    if not (by.reach.view(Scope.ALL) or own or seen.subject == by.principal.subject):
        raise NotYourBooking("This is somebody else's booking; the lead of her agency can do this for her.")
    desk = await Desk.at(tx, seen.session_id)
    row = await queries.by_id(tx, booking_id)
    must_match(by.if_match, row.version)
    return desk, row


async def move(
    tx: Tx,
    by: By,
    desk: Desk,
    row: Row[Any],
    dos: Sequence[Do],
    changes: Mapping[str, Any] | None = None,
    *,
    text: str | None = None,
    passed_over: int | None = None,
    event: events.BookingEvent | None = None,
) -> dict[str, Any]:
    """Take a booking through one move or several, with history and event; the row as it is now. The desk is left by the caller."""
    status, entries = Status(row.status), []
    for do in dos:
        status = step(status, do)
        entries.append(entry(tx, by, row._asdict(), do, status, text, passed_over))
    values = {"stands_until": None, **(changes or {}), "status": status, "version": row.version + 1}
    if status is Status.BOOKED:
        values["had_place"] = True
    await tx.execute(update(Booking).where(Booking.id == row.id).values(**values))
    await tx.execute(insert(BookingEntry), entries)
    desk.count(row.agency_id, Status(row.status), status)
    if hears_by_letter(Status(row.status), status):
        await write_to(tx, row.id)
    after = row._asdict() | values
    await tell(tx, desk, event or TOLD[status](**facts(tx, desk, after)))
    return after


async def write_to(tx: Tx, booking_id: UUID) -> None:
    """Write to a delegate where she stands; one letter that has not left yet says the newest alone."""
    letter = upsert(PlaceLetter).values(booking_id=booking_id, **queued(tx))
    await tx.execute(letter.on_conflict_do_update(index_elements=["booking_id"], set_=queued(tx)))


def facts(tx: Tx, desk: Desk, row: Mapping[str, Any]) -> dict[str, Any]:
    """What every event about a booking says."""
    return {
        "subject": str(row["id"]),
        "session_id": str(row["session_id"]),
        "course_id": str(desk.session.course_id),
        "agency_id": row["agency_id"],
        "status": row["status"],
        "at": tx.now,
    }


async def tell(tx: Tx, desk: Desk, event: events.BookingEvent) -> None:
    """Tell of a booking, which follows from its session."""
    await emit(tx, event, causes=[Cause("training.session", str(desk.session.id))])


def entry(
    tx: Tx,
    by: By,
    row: Mapping[str, Any],
    did: Do,
    status: Status,
    text: str | None = None,
    passed_over: int | None = None,
) -> dict[str, Any]:
    return {
        "booking_id": row["id"],
        "session_id": row["session_id"],
        "at": tx.now,
        "did": did,
        "status": status,
        "actor": by.subject,
        "agency_id": by.agency_id,
        "text": text,
        "passed_over": passed_over,
    }
