"""Offers places that come free to whoever is next, takes the answers, and goes on where none comes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, insert, or_, select, update

from services.training.bookings import queries
from services.training.bookings.commands import Desk, begin, entry, facts, move, write_to
from services.training.bookings.domain import Do, Status, line, next_in_line, step
from services.training.bookings.models import Booking, BookingEntry
from services.training.offers.domain import must_stand
from services.training.sessions import commands as sessions
from services.training.sessions.commands import Trainer, check_agencies, finish, keeping
from services.training.sessions.commands import begin as begin_session
from services.training.sessions.domain import Do as SessionDo
from services.training.sessions.domain import Kept, Kind, check_kept, check_larger
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session
from services.training.sessions.queries import kept_of
from shared.acting import AS_RULED, By
from shared.contracts import training as events
from shared.days import day_begins, today
from shared.db import Tx
from shared.problems import Invalid

CLOSED_OF_LATE = timedelta(days=7)
NOBODY_APPROVED = "Nobody of the agency had answered when booking closed."
NO_PLACE_CAME_FREE = "Booking closed, and no place had come free."


async def offer_on(tx: Tx, desk: Desk) -> int:
    """Offer every free place to whoever is next for it, and leave the desk; how many. Nobody is offered one once booking is closed."""
    closes_at, offered = desk.session.booking_closes_at, 0
    if closes_at and tx.now < closes_at and desk.session.status == SessionStatus.PLANNED and desk.waiting:
        rules, waiting = queries.rules_on(tx.now), await queries.waiting(tx, desk.session.id)
        while first := next_in_line(rules, list(waiting.values()), desk.places(tx)):
            booking_id = next(one for one, stands in waiting.items() if stands is first)
            await _offer(tx, desk, booking_id)
            del waiting[booking_id]
            offered += 1
    await desk.leave(tx)
    return offered


async def put_first(tx: Tx, by: By, booking_id: UUID, reason: str) -> None:
    """Put somebody first on a waiting list; the reason is kept, with how many she was put before. NotNow."""
    desk, row = await begin(tx, by, booking_id)
    step(Status(row.status), Do.PUT_FIRST)
    waiting = await queries.waiting(tx, desk.session.id)
    before = line(queries.rules_on(tx.now), waiting[row.id], waiting.values(), desk.places(tx)).position - 1
    told = events.BookingPutFirst(**facts(tx, desk, row._asdict()))
    await move(tx, by, desk, row, [Do.PUT_FIRST], {"put_first": True}, text=reason, passed_over=before, event=told)
    await offer_on(tx, desk)


async def accept(tx: Tx, by: By, booking_id: UUID) -> None:
    """Take the place that is offered. OfferOver; NotNow."""
    desk, row = await begin(tx, by, booking_id)
    if row.status == Status.OFFERED:
        must_stand(row.stands_until, tx.now)
    await move(tx, by, desk, row, [Do.ACCEPT])
    await desk.leave(tx)


async def change(
    tx: Tx, by: By, session_id: UUID, changes: Mapping[str, Any], trainers: Sequence[Trainer] | None
) -> None:
    """Change a session's link, lists or trainers, or until when one can book; places go on where booking is open again. NotNow; Invalid."""
    await sessions.change(tx, by, session_id, changes, trainers)
    if "booking_closes_at" in changes:
        await offer_on(tx, await Desk.at(tx, session_id))


async def enlarge(tx: Tx, by: By, session_id: UUID, places: int) -> None:
    """Give a session more places, and offer them on. NotNow; Invalid."""
    row = await begin_session(tx, by, session_id, SessionDo.ENLARGE)
    if row.kind == Kind.OPEN:
        raise Invalid.field("places", "open", "An open session has no places: everybody invited may come.")
    check_larger(row.places, places)
    await finish(tx, by, row, SessionDo.ENLARGE, {"places": places}, events.SessionChanged)
    await offer_on(tx, await Desk.at(tx, session_id))


async def keep(tx: Tx, by: By, session_id: UUID, kept: Sequence[Kept]) -> None:
    """Keep places for these agencies and no others, and offer on what is no longer kept. NotNow; Invalid."""
    row = await begin_session(tx, by, session_id, SessionDo.KEEP)
    if row.kind == Kind.OPEN:
        raise Invalid.field("kept", "open", "An open session has no places to keep.")
    check_kept(kept, row.places, row.starts_at)
    await check_agencies(tx, kept)
    agencies = sorted({*row.agency_ids, *(one.agency_id for one in kept)})
    await finish(tx, by, row, SessionDo.KEEP, {"agency_ids": agencies, **keeping(kept, tx.now)}, events.SessionChanged)
    await offer_on(tx, await Desk.at(tx, session_id))


async def lapse_due(tx: Tx) -> int:
    """Let the offers of one session pass that nobody took in time, and go on to whoever is next; how many passed."""
    oldest = select(Booking.session_id).where(*_lapsed(tx.now)).order_by(Booking.stands_until).limit(1)
    session_id = await tx.scalar(oldest)
    if session_id is None:
        return 0
    desk = await Desk.at(tx, session_id)
    rows = await tx.rows(
        select(*queries.BOOKING)
        .where(Booking.session_id == session_id, *_lapsed(tx.now))
        .order_by(Booking.stands_until, Booking.arrival)
    )
    for row in rows:
        after = row._asdict() | {"status": Status.WAITING}
        told = events.BookingLapsed(**facts(tx, desk, after))
        await move(tx, AS_RULED, desk, row, [Do.LAPSE], {"lapses": row.lapses + 1, "put_first": False}, event=told)
    await offer_on(tx, desk)
    return len(rows)


async def next_lapse(tx: Tx) -> datetime | None:
    """When the next offer passes."""
    statement = select(func.min(Booking.stands_until)).where(Booking.status == Status.OFFERED)
    found: datetime | None = await tx.scalar(statement)
    return found


async def release_due(tx: Tx) -> int:
    """Offer on the places that were kept until today, at one session; 1, or 0 where there are none."""
    due = select(Session.id).where(Session.releases_on <= today(tx.now)).order_by(Session.releases_on, Session.id)
    session_id = await tx.scalar(due.limit(1))
    if session_id is None:
        return 0
    desk = await Desk.at(tx, session_id)
    values = keeping(kept_of(desk.session), tx.now)
    await tx.execute(update(Session).where(Session.id == session_id).values(**values))
    await offer_on(tx, desk)
    return 1


async def next_release(tx: Tx) -> datetime | None:
    """When the next places that are kept are for everybody."""
    day: date | None = await tx.scalar(select(func.min(Session.releases_on)))
    return day_begins(day) if day else None


async def close_due(tx: Tx) -> int:
    """At one session whose booking has closed, end what nobody approved, and tell who waits that no place came free; how many.

    What was closed longer ago than `CLOSED_OF_LATE` is left as it is: nobody is written to about what is long over.
    """
    closed = Session.booking_closes_at <= tx.now, Session.starts_at > tx.now - CLOSED_OF_LATE
    # Of this closing: booking may have been open again since another.
    closing = BookingEntry.did == Do.CLOSE, BookingEntry.at >= Session.booking_closes_at
    told = exists().where(BookingEntry.booking_id == Booking.id, *closing)
    in_vain = and_(Booking.status == Status.WAITING, Session.status == SessionStatus.PLANNED, ~told)
    still = or_(Booking.status == Status.REQUESTED, in_vain)
    session_id = await tx.scalar(
        select(Session.id).where(*closed, exists().where(Booking.session_id == Session.id, still)).limit(1)
    )
    if session_id is None:
        return 0
    desk = await Desk.at(tx, session_id)
    one = select(*queries.BOOKING).join(Session, Session.id == Booking.session_id)
    rows = await tx.rows(one.where(Booking.session_id == session_id, *closed, still).order_by(Booking.arrival))
    for row in rows:
        if row.status == Status.REQUESTED:
            await move(tx, AS_RULED, desk, row, [Do.DECLINE], text=NOBODY_APPROVED)
        else:
            said = entry(tx, AS_RULED, row._asdict(), Do.CLOSE, step(Status.WAITING, Do.CLOSE), NO_PLACE_CAME_FREE)
            await tx.execute(insert(BookingEntry), said)
            await write_to(tx, row.id)
    await desk.leave(tx)
    return len(rows)


async def next_close(tx: Tx) -> datetime | None:
    """When booking closes next."""
    ahead = Session.booking_closes_at > tx.now, Session.starts_at > tx.now
    found: datetime | None = await tx.scalar(select(func.min(Session.booking_closes_at)).where(*ahead))
    return found


async def _offer(tx: Tx, desk: Desk, booking_id: UUID) -> None:
    row = await queries.by_id(tx, booking_id)
    until = queries.offer_stands_until(tx.now, desk.session.booking_closes_at)
    said: dict[str, Any] = facts(tx, desk, row._asdict()) | {"status": Status.OFFERED}
    told = events.BookingOffered(**said, stands_until=until, out_of_turn=row.put_first)
    await move(tx, AS_RULED, desk, row, [Do.OFFER], {"stands_until": until}, event=told)


def _lapsed(now: datetime) -> tuple[Any, Any]:
    return Booking.status == Status.OFFERED, Booking.stands_until < now
