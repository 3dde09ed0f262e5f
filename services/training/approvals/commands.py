"""Approves and declines requests, and keeps what agencies want asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.training.approvals.domain import must_answer
from services.training.bookings import queries
from services.training.bookings.commands import NOUN, Desk, begin, move
from services.training.bookings.domain import Do, Status, placed_at_once, step
from services.training.bookings.models import AgencyPractice, Booking
from services.training.courses.models import Course
from services.training.letters.commands import POST
from services.training.letters.domain import Occasion
from services.training.register.models import REGISTER
from services.training.requests.commands import asked_of
from services.training.rulebook import CALENDAR, rule_on
from services.training.sessions.domain import Kind, check_open_for_booking
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session
from shared.acting import By
from shared.days import today
from shared.db import Tx
from shared.deadlines import due
from shared.etag import must_match
from shared.events import Cause


async def approve(tx: Tx, by: By, booking_id: UUID) -> None:
    """Let somebody go: she has a place, or waits where she stood when she asked. OwnRequest; NotNow; BookingClosed."""
    desk, row = await _begin(tx, by, booking_id, Do.APPROVE)
    session = desk.session
    check_open_for_booking(Kind(session.kind), SessionStatus(session.status), session.booking_closes_at, tx.now)
    waiting = (await queries.waiting(tx, desk.session.id)).values() if desk.waiting else ()
    placed = placed_at_once(row.agency_id, waiting, desk.places(tx))
    await move(tx, by, desk, row, [Do.APPROVE, Do.PLACE if placed else Do.QUEUE])
    await desk.leave(tx)


async def decline(tx: Tx, by: By, booking_id: UUID, reason: str) -> None:
    """Do not let somebody go; why. OwnRequest; NotNow."""
    desk, row = await _begin(tx, by, booking_id, Do.DECLINE)
    await move(tx, by, desk, row, [Do.DECLINE], text=reason)
    await desk.leave(tx)


async def practise(tx: Tx, by: By, agency_id: str, if_match: str | None, *, approves: bool) -> None:
    """Say whether the agency wants to approve its people's bookings from now on; what was asked before goes on."""
    await REGISTER.names_of(tx, {"agency_id": agency_id}, today(tx.now))
    row = await queries.practice(tx, agency_id)
    version = row.version if row else 0
    must_match(if_match, version)
    values: dict[str, Any] = {"approves": approves, "version": version + 1, "set_at": tx.now, "set_by": by.subject}
    statement = upsert(AgencyPractice).values(agency_id=agency_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["agency_id"], set_=values))


async def ask_again(tx: Tx) -> int:
    """Ask once more, by the rule, who is to approve what was asked; how many."""
    asked = select(*queries.BOOKING, Session.booking_closes_at, Session.starts_at, Session.ends_at)
    asked = asked.add_columns(Course.code.label("course_code"), Course.title.label("course_title"))
    asked = asked.join(Session, Session.id == Booking.session_id).join(Course, Course.id == Session.course_id)
    rows = [row for row in await tx.rows(asked.where(*_waits(tx))) if _to_ask_again(row.asked_at) <= tx.now]
    told = {
        one.about_id for one in await POST.told_of(tx, Occasion.APPROVAL_ASKED_AGAIN, NOUN, [str(r.id) for r in rows])
    }
    silent = [row for row in rows if str(row.id) not in told]
    for row in silent:
        about = Cause(NOUN, str(row.id))
        await POST.write(tx, Occasion.APPROVAL_ASKED_AGAIN, about, [row.agency_id], **asked_of(row, row.name))
    return len(silent)


async def next_ask(tx: Tx) -> datetime | None:
    """When somebody is next asked once more, booking still being open then."""
    asked = select(Booking.asked_at, Session.starts_at, Session.booking_closes_at)
    rows = await tx.rows(asked.join(Session, Session.id == Booking.session_id).where(*_waits(tx)))
    instants = [(_to_ask_again(row.asked_at), min(row.starts_at, row.booking_closes_at)) for row in rows]
    return min((at for at, until in instants if tx.now < at < until), default=None)


def _waits(tx: Tx) -> tuple[ColumnElement[bool], ...]:
    return Booking.status == Status.REQUESTED, Session.starts_at > tx.now, Session.booking_closes_at > tx.now


def _to_ask_again(asked_at: datetime) -> datetime:
    return due(rule_on("approval_asked_again", today(asked_at)), asked_at, CALENDAR)


async def _begin(tx: Tx, by: By, booking_id: UUID, do: Do) -> tuple[Desk, Row[Any]]:
    desk, row = await begin(tx, by, booking_id)
    step(Status(row.status), do)
    assert by.principal
    must_answer(row.subject, row.booked_by, by.principal)
    return desk, row
