"""Gives places to who asks: the session's row is locked first, so that of two who want the last place one comes before the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update

from services.training.bookings import queries
from services.training.bookings.commands import LEFT, NOUN, TOLD, Desk, entry, facts, tell, write_to
from services.training.bookings.domain import (
    TRANSITIONS,
    AlreadyBooked,
    Do,
    Line,
    Status,
    Waiting,
    line,
    placed_at_once,
    step,
)
from services.training.bookings.models import Booking, BookingEntry
from services.training.bookings.queries import Known
from services.training.letters.commands import write
from services.training.letters.domain import Occasion
from services.training.requests.domain import NotTogether
from services.training.sessions.domain import Kind, check_open_for_booking, when
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session
from shared.acting import By
from shared.db import Tx, new_id
from shared.events import Cause
from shared.prepared import Prepared
from shared.problems import Invalid, NotFound, Problem

_BOOKING = insert(Booking).values({c.name: bindparam(c.name, type_=c.type) for c in Booking.__table__.c})
_COUNTED = LEFT.returning(Session.id).cte("counted")
_ENTRY = [c for c in BookingEntry.__table__.c if c.name not in {"id", "booking_id"}]
_NEW = Prepared(
    insert(BookingEntry)
    .from_select(
        ["booking_id", *(c.name for c in _ENTRY)],
        select(
            _BOOKING.returning(Booking.id).cte("booking").c.id,
            *(bindparam(f"entry_{c.name}", type_=c.type) for c in _ENTRY),
        ),
    )
    .add_cte(_COUNTED)
)
"""A new booking, the first entry of its history and the session's counts: one round trip while others wait for its row."""


@dataclass(frozen=True, slots=True)
class Delegate:
    """Who is to come: her name and work address, and her account where she has one."""

    name: str
    email: str
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one delegate: her booking's row, the last entry of its history and her place in the line; or why there is none."""

    delegate: Delegate
    row: Mapping[str, Any] | None = None
    did: Mapping[str, Any] | None = None
    line: Line | None = None
    refused: Problem | None = None

    @property
    def status(self) -> Status | None:
        """Where she stands now by this request."""
        return Status(self.row["status"]) if self.row else None


async def book(
    tx: Tx, by: By, session_id: UUID, agency_id: str, delegates: Sequence[Delegate], *, approved: bool, together: bool
) -> tuple[Desk, list[Asked]]:
    """Ask for places for people of one agency, in the order given; what became of each.

    `approved`: nobody has to be asked besides. `together`: all get a place, or nothing is done (NotTogether). Where not,
    each stands for herself: who finds no place waits, and who has booked already is said so. BookingClosed.
    """
    desk = await _desk(tx, session_id)
    asking = await queries.asking(
        tx, session_id, agency_id, [d.email for d in delegates], [d.subject for d in delegates]
    )
    approved = approved or not asking.approves
    queue, asked, seen = list(asking.waiting), [], set[str]()
    for delegate in delegates:
        before, keys = (
            asking.known_as(delegate.email, delegate.subject),
            {delegate.email, delegate.subject or delegate.email},
        )
        if refused := _refused(before, agency_id, twice=bool(keys & seen)):
            asked.append(Asked(delegate, refused=refused))
            continue
        seen |= keys
        dos = [Do.BOOK_AGAIN] if before else []
        if approved:
            dos += [Do.APPROVE, Do.PLACE if placed_at_once(agency_id, queue, desk.places(tx)) else Do.QUEUE]
        row = _row(tx, by, desk, delegate, agency_id, before, dos)
        place = None
        if row["status"] is Status.WAITING:
            mine = Waiting(agency_id, row["lapses"], row["arrival"])
            place = line(queries.rules_on(tx.now), mine, queue, desk.places(tx))
            queue.append(mine)
        did = entry(tx, by, row, Do.BOOK_AGAIN if before else Do.BOOK, row["status"])
        asked.append(Asked(delegate, row, did, place))
    if together and (missing := [one for one in asked if one.status is not Status.BOOKED]):
        raise NotTogether(f"{len(missing)} of {len(asked)} would have no place, so nothing was booked.")
    counted = False
    for one in asked:
        if one.row and one.did:
            new = one.did["did"] is Do.BOOK
            await _store(tx, desk, one.row, one.did, new=new)
            counted = counted or new
    if not counted:
        await desk.leave(tx)
    return desk, asked


async def seat(
    tx: Tx, by: By, desk: Desk, delegate: Delegate, agency_id: str, before: Known | None, dos: Sequence[Do]
) -> UUID:
    """Bring one delegate to where these moves lead, from where she stands or from asking; her booking's id. The caller leaves the desk."""
    row = _row(tx, by, desk, delegate, agency_id, before, dos)
    did = next((do for do in dos if do is Do.BOOK_AGAIN), dos[-1] if before else Do.BOOK)
    await _store(tx, desk, row, entry(tx, by, row, did, row["status"]), new=before is None)
    return UUID(str(row["id"]))


async def _desk(tx: Tx, session_id: UUID) -> Desk:
    """The desk of a session at which one can book now. Invalid; BookingClosed."""
    try:
        desk = await Desk.at(tx, session_id)
    except NotFound:
        message = "There is no such session; see /training/v1/sessions."
        raise Invalid.field("session_id", "unknown_session", message) from None
    session = desk.session
    closes_at = session.booking_closes_at or tx.now
    check_open_for_booking(Kind(session.kind), SessionStatus(session.status), closes_at, tx.now)
    return desk


def _refused(before: Known | None, agency_id: str, *, twice: bool) -> Problem | None:
    """Why a delegate cannot be booked now: she is already, or another agency has booked her."""
    if twice:
        return AlreadyBooked("This person stands in this request already.")
    if before is None:
        return None
    if before.agency_id != agency_id:
        return AlreadyBooked("This person has a booking for this session.")
    if (before.status, Do.BOOK_AGAIN) not in TRANSITIONS:
        return AlreadyBooked(f"This person has a booking for this session: {before.status.replace('_', ' ')}.")
    return None


def _row(
    tx: Tx, by: By, desk: Desk, delegate: Delegate, agency_id: str, before: Known | None, dos: Sequence[Do]
) -> dict[str, Any]:
    begins = before.status if before else Status.REQUESTED
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
        "throughout": False,
        "stands_until": None,
        "transferred_to": None,
        "booked_by": by.subject,
        "booked_by_agency_id": by.agency_id,
    }


async def _store(tx: Tx, desk: Desk, row: Mapping[str, Any], did: Mapping[str, Any], *, new: bool) -> None:
    """Write a booking with what was done, and the desk's counts where it is new, in one statement; and tell."""
    if new:
        await tx.fetch(_NEW, {**row, **{f"entry_{name}": value for name, value in did.items()}, **desk.left()})
    else:
        await tx.execute(update(Booking).where(Booking.id == row["id"]).values(**row))
        await tx.execute(insert(BookingEntry), dict(did))
    await tell(tx, desk, TOLD[Status(row["status"])](**facts(tx, desk, row)))
    if row["status"] is Status.REQUESTED:
        await write(
            tx,
            Occasion.APPROVAL_ASKED,
            Cause(NOUN, str(row["id"])),
            [row["agency_id"]],
            **asked_of(desk.session, row["name"]),
        )
    elif row["status"] is Status.WAITING and row["subject"] != row["booked_by"]:
        await write_to(tx, row["id"])  # who asked for herself has read it in the answer


def asked_of(session: Row[Any], person: str) -> dict[str, Any]:
    """What an agency is told of somebody who asks for a place."""
    return {
        "reference": session.course_code,
        "course": session.course_title,
        "when": when(session.starts_at, session.ends_at),
        "person": person,
        "due": session.booking_closes_at,
    }
