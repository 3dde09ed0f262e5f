"""Hands what was an ended agency's to its successor: bookings and places to come, what is asked of them, and whether it approves."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import any_, insert, literal, select, update

from services.training.bookings.commands import NOUN, Desk, entry
from services.training.bookings.domain import LIVE, PLACED, Do, Status, step
from services.training.bookings.models import AgencyPractice, Booking, BookingEntry
from services.training.evaluations.models import Evaluation
from services.training.letters.commands import write
from services.training.letters.domain import Occasion
from services.training.offers.commands import offer_on
from services.training.requests.commands import asked_of
from services.training.sessions.commands import keeping
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.domain import handed_on
from services.training.sessions.models import Session
from services.training.sessions.queries import kept_of
from shared.acting import AS_RULED
from shared.db import Tx
from shared.events import Cause


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> None:
    """Hand on what is still to come to the first of its successors; who came while it stood stays counted under its name."""
    if not successor_ids:
        return
    first = successor_ids[0]
    await _approves(tx, agency_id, first)
    planned = Session.status == SessionStatus.PLANNED, Session.starts_at > tx.now
    named = literal(agency_id) == any_(Session.agency_ids)
    for row in await tx.rows(select(Session.id).where(*planned, named).order_by(Session.id)):
        await _hand_on(tx, row.id, agency_id, first)


async def _hand_on(tx: Tx, session_id: UUID, agency_id: str, successor_id: str) -> None:
    """Hand on one session's bookings and kept places, ask the successor for approval, and offer on what is free for its people."""
    desk = await Desk.at(tx, session_id)
    mine = Booking.session_id == session_id, Booking.agency_id == agency_id, Booking.status.in_(LIVE)
    moved = update(Booking).where(*mine).values(agency_id=successor_id, version=Booking.version + 1)
    rows = await tx.rows(moved.returning(Booking.id, Booking.session_id, Booking.status, Booking.name))
    why = f"{agency_id} has ended; {successor_id} goes on in its place."
    for row in rows:
        status = step(Status(row.status), Do.SUCCEED)
        await tx.execute(insert(BookingEntry), entry(tx, AS_RULED, row._asdict(), Do.SUCCEED, status, why))
    asked = update(Evaluation).where(Evaluation.booking_id.in_([row.id for row in rows]))
    await tx.execute(asked.values(agency_id=successor_id))
    for row in rows:
        if row.status in PLACED:
            desk.taken[agency_id] -= 1
            desk.taken[successor_id] = desk.taken.get(successor_id, 0) + 1
    desk.agency_ids = sorted({*desk.agency_ids, successor_id})
    await desk.leave(tx)
    kept = handed_on(kept_of(desk.session), agency_id, successor_id)
    version = {"version": desk.session.version + 1}
    await tx.execute(update(Session).where(Session.id == session_id).values(**keeping(kept, tx.now), **version))
    for row in rows:
        if row.status == Status.REQUESTED:
            about = Cause(NOUN, str(row.id))
            await write(tx, Occasion.APPROVAL_ASKED, about, [successor_id], **asked_of(desk.session, row.name))
    await offer_on(tx, await Desk.at(tx, session_id))


async def _approves(tx: Tx, agency_id: str, successor_id: str) -> None:
    """Ask the successor for approval where its predecessor wanted to be asked, unless it has said what it wants."""
    table = AgencyPractice.__table__
    columns = [column.name for column in table.c]
    known = select(table.c.agency_id).where(table.c.agency_id == successor_id).exists()
    inherited = select(literal(successor_id), *(column for column in table.c if column.name != "agency_id"))
    row = inherited.where(table.c.agency_id == agency_id, ~known)
    await tx.execute(insert(AgencyPractice).from_select(columns, row))
