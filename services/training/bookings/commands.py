"""Gives places: the session's row is locked first, so that of two who want the last place one comes before the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from services.training.bookings import queries
from services.training.bookings.domain import (
    PLACED,
    TRANSITIONS,
    AlreadyBooked,
    Do,
    NotTogether,
    NotYourBooking,
    Status,
    Waiting,
    placed_at_once,
    step,
)
from services.training.bookings.models import Booking, BookingEntry
from services.training.sessions import queries as sessions
from services.training.sessions.domain import Kind, Places, check_open_for_booking
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session
from shared.acting import By
from shared.contracts import training as events
from shared.db import Tx, new_id
from shared.etag import must_match
from shared.events import Cause
from shared.outbox import emit
from shared.policy import Scope
from shared.problems import Invalid, NotFound, Problem

NOUN = "training.booking"

_TOLD: Mapping[Status, type[events.BookingEvent]] = {
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


@dataclass(frozen=True, slots=True)
class Delegate:
    """Who is to come: her name and work address, and her account where she has one."""

    name: str
    email: str
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one delegate: her booking, or why she has none by this request."""

    delegate: Delegate
    booking_id: UUID | None
    status: Status | None
    refused: Problem | None = None


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

    async def leave(self, tx: Tx) -> None:
        """Write the counts."""
        values = {
            "arrivals": self.arrivals,
            "taken": {agency_id: number for agency_id, number in self.taken.items() if number},
            "waiting": self.waiting,
            "agency_ids": self.agency_ids,
        }
        await tx.execute(update(Session).where(Session.id == self.session.id).values(**values))


async def book(
    tx: Tx, by: By, session_id: UUID, agency_id: str, delegates: Sequence[Delegate], *, approved: bool, together: bool
) -> list[Asked]:
    """Ask for places for people of one agency, in the order given; what became of each.

    `approved`: nobody has to be asked besides. `together`: all get a place, or nothing is done (NotTogether). Where not,
    each stands for herself: who finds no place waits, and who has booked already is said so. BookingClosed.
    """
    try:
        desk = await Desk.at(tx, session_id)
    except NotFound:
        raise Invalid.field(
            "session_id", "unknown_session", "There is no such session; see /training/v1/sessions."
        ) from None
    session = desk.session
    check_open_for_booking(
        Kind(session.kind), SessionStatus(session.status), session.booking_closes_at or tx.now, tx.now
    )
    known = await queries.known(tx, session_id, [one.email for one in delegates], [one.subject for one in delegates])
    approved = approved or not await _approves(tx, agency_id)
    queue = list((await queries.waiting(tx, session_id)).values()) if desk.waiting else []
    asked: list[Asked] = []
    rows: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    seen: set[str] = set()
    for delegate in delegates:
        before = known.get(delegate.email) or known.get(delegate.subject or "")
        if refused := _refused(before, agency_id, twice=delegate.email in seen):
            asked.append(Asked(delegate, None, None, refused))
            continue
        seen.add(delegate.email)
        dos = _path(before, agency_id, approved, queue, desk.places(tx))
        row = _row(tx, by, desk, delegate, agency_id, before, dos)
        (again if before else rows).append(row)
        if row["status"] is Status.WAITING:
            queue.append(Waiting(agency_id, row["lapses"], row["arrival"]))
        asked.append(Asked(delegate, row["id"], row["status"]))
    if together and (missing := [one for one in asked if one.status is not Status.BOOKED]):
        raise NotTogether(f"{len(missing)} of {len(asked)} would have no place, so nothing was booked.")
    await _store(tx, by, desk, rows, again)
    return asked


async def seat(
    tx: Tx, by: By, desk: Desk, delegate: Delegate, agency_id: str, before: Row[Any] | None, dos: Sequence[Do]
) -> UUID:
    """Bring one delegate to where these moves lead, from where she stands or from asking; her booking's id."""
    row = _row(tx, by, desk, delegate, agency_id, before, dos)
    await _store(tx, by, desk, [] if before else [row], [row] if before else [])
    return UUID(str(row["id"]))


async def begin(tx: Tx, by: By, booking_id: UUID) -> tuple[Desk, Row[Any]]:
    """A booking that the caller may move, in the version that was read, and the desk of its session. BookingNotFound; NotYourBooking."""
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
        entries.append(_entry(tx, by, row._asdict(), do, status, text, passed_over))
    values = {"stands_until": None, **(changes or {}), "status": status, "version": row.version + 1}
    if status is Status.BOOKED:
        values["had_place"] = True
    await tx.execute(update(Booking).where(Booking.id == row.id).values(**values))
    await tx.execute(insert(BookingEntry), entries)
    desk.count(row.agency_id, Status(row.status), status)
    after = row._asdict() | values
    await tell(tx, desk, event or _TOLD[status](**facts(tx, desk, after)))
    return after


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


async def _approves(tx: Tx, agency_id: str) -> bool:
    found = await queries.practice(tx, agency_id)
    return found is not None and found.approves


def _refused(before: Row[Any] | None, agency_id: str, *, twice: bool) -> Problem | None:
    """Why a delegate cannot be booked now: she is already, or another agency has booked her."""
    if twice:
        return AlreadyBooked("This person stands in this request already.")
    if before is None:
        return None
    if before.agency_id != agency_id:
        return AlreadyBooked("This person has a booking for this session.")
    if (Status(before.status), Do.BOOK_AGAIN) not in TRANSITIONS:
        return AlreadyBooked(f"This person has a booking for this session: {before.status.replace('_', ' ')}.")
    return None


def _path(
    before: Row[Any] | None, agency_id: str, approved: bool, queue: Sequence[Waiting], places: Places
) -> list[Do]:
    """The moves from asking to where she stands."""
    dos = [Do.BOOK_AGAIN] if before else []
    if approved:
        dos += [Do.APPROVE, Do.PLACE if placed_at_once(agency_id, queue, places) else Do.QUEUE]
    return dos


def _row(
    tx: Tx, by: By, desk: Desk, delegate: Delegate, agency_id: str, before: Row[Any] | None, dos: Sequence[Do]
) -> dict[str, Any]:
    begins = Status(before.status) if before else Status.REQUESTED
    status = reduce(step, dos, begins)
    desk.count(agency_id, begins if before else None, status)
    return {
        "id": before.id if before else new_id(),
        "session_id": desk.session.id,
        "version": before.version + 1 if before else 1,
        "status": status,
        "agency_id": agency_id,
        "subject": delegate.subject or (before.subject if before else None),
        "name": delegate.name,
        "email": delegate.email,
        "arrival": desk.arrive(agency_id),
        "asked_at": tx.now,
        "lapses": before.lapses if before else 0,
        "put_first": False,
        "had_place": status is Status.BOOKED or bool(before and before.had_place),
        "stands_until": None,
        "transferred_to": None,
        "booked_by": by.subject,
        "booked_by_agency_id": by.agency_id,
    }


async def _store(tx: Tx, by: By, desk: Desk, rows: Sequence[dict[str, Any]], again: Sequence[dict[str, Any]]) -> None:
    if not (rows or again):
        return
    if rows:
        await tx.execute(insert(Booking), rows)
    for row in again:
        await tx.execute(update(Booking).where(Booking.id == row["id"]).values(**row))
    entries = [_entry(tx, by, row, Do.BOOK, row["status"]) for row in rows]
    entries += [_entry(tx, by, row, Do.BOOK_AGAIN, row["status"]) for row in again]
    await tx.execute(insert(BookingEntry), entries)
    await desk.leave(tx)
    for row in (*rows, *again):
        await tell(tx, desk, _TOLD[row["status"]](**facts(tx, desk, row)))


def _entry(
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
