"""Takes what is said of who came, settles every delegate by it, and closes a session that reconciles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from services.training.attendance import queries
from services.training.attendance.domain import (
    SENTENCES,
    DoesNotReconcile,
    Outcome,
    Proof,
    Source,
    Why,
    judged,
    moves,
    outcome_of,
)
from services.training.attendance.models import Presence
from services.training.bookings import queries as bookings
from services.training.bookings.commands import Desk, facts, move
from services.training.bookings.domain import Do as BookingDo
from services.training.bookings.domain import Status, step, striking_out
from services.training.bookings.models import Booking
from services.training.bookings.queries import Known
from services.training.letters.commands import POST
from services.training.letters.domain import Occasion
from services.training.meeting_exports.domain import Format, plain
from services.training.meeting_exports.domain import read as read_export
from services.training.register.models import REGISTER
from services.training.requests.commands import Delegate, seat
from services.training.rulebook import CALENDAR, attendance_on, export_columns, export_instants, rule_on
from services.training.sessions import commands as session_commands
from services.training.sessions import queries as sessions
from services.training.sessions.domain import Do, Kind, check_held, when
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session
from shared.acting import By
from shared.contracts import training as events
from shared.days import today
from shared.db import Tx
from shared.deadlines import due
from shared.etag import must_match
from shared.events import Cause
from shared.moves import NotNow
from shared.problems import FieldError, Invalid

MOST_NAMED = 50
CHASED_FOR = timedelta(days=60)  # beyond it nobody would be asked what the session was worth any more


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one delegate, known by her booking, by her address, or by her name where it is nobody else's."""

    outcome: Outcome
    booking_id: UUID | None = None
    name: str | None = None
    email: str | None = None
    agency_id: str | None = None
    minutes: int | None = None


async def enter(tx: Tx, by: By, session_id: UUID, said: Sequence[Said], *, rest_missed: bool) -> None:
    """Enter in the register who came. `rest_missed`: nobody else came. NotYourSession; NotNow; Invalid."""
    desk = await _begin(tx, by, session_id)
    given = {f"delegates.{place}.agency_id": one.agency_id for place, one in enumerate(said) if one.agency_id}
    if given:
        await REGISTER.names_of(tx, given, today(tx.now))
    await say(tx, by, desk, Source.REGISTER, said)
    if rest_missed:
        rest = [one for one in (await queries.attendance(tx, session_id)).open() if one.why is Why.NOTHING_SAID]
        missed = [Said(Outcome.DID_NOT_ATTEND, booking_id=one.booking_id) for one in rest]
        await say(tx, by, desk, Source.REGISTER, missed)
    await count_anew(tx, desk)


async def take_export(tx: Tx, by: By, session_id: UUID, text: str, domains: Mapping[str, str]) -> None:
    """Take who was there from a meeting's export. NotYourSession; NotNow; Invalid.

    Somebody without a booking is of the agency for which she was booked last, or its successor, else of that of her address's domain.
    """
    desk = await _begin(tx, by, session_id)
    await REGISTER.names_of(tx, {f"domains.{domain}": one for domain, one in domains.items()}, today(tx.now))
    session, rule = desk.session, attendance_on(today(desk.session.starts_at))
    form = Format(export_columns(), export_instants())
    known = (await queries.attendance(tx, session_id)).by_name
    joined = read_export(text, form, session.starts_at, session.ends_at, known)
    holders = {plain(one["name"]) for one in (await sessions.get(tx, session_id)).trainers}
    former = await queries.agencies_of(tx, [one.email for one in joined if one.email])
    heirs = await REGISTER.heirs(tx, set(former.values()), today(session.starts_at))
    length = session.ends_at - session.starts_at
    said = []
    for one in joined:
        if plain(one.name) in holders:
            continue
        domain = (one.email or "").rpartition("@")[2]
        agency_id = heirs.get(former.get(one.email or "", "")) or domains.get(domain)
        outcome = outcome_of(one.minutes, length, rule.attended_percent, rule.part_percent)
        said.append(Said(outcome, None, one.name, one.email, agency_id, one.minutes))
    await say(tx, by, desk, Source.EXPORT, said)
    await count_anew(tx, desk)


async def strike_out(tx: Tx, by: By, booking_id: UUID, reason: str) -> None:
    """Strike out who was entered by mistake, so that she stands where she stood before. BookingNotFound; NotYourSession; NotNow."""
    assert by.principal
    session_id = (await bookings.get(tx, by.principal, by.reach, booking_id)).session_id
    desk = await Desk.at(tx, session_id)
    await _must_be_open(tx, by, desk.session)
    row = await bookings.by_id(tx, booking_id)
    must_match(by.if_match, row.version)
    status, before = Status(row.status), await bookings.stood_before(tx, booking_id)
    dos = striking_out(status, before, open_to_all=desk.session.kind == Kind.OPEN)
    after = row._asdict() | {"status": reduce(step, dos, status)}
    await move(tx, by, desk, row, dos, text=reason, event=events.BookingStruckOut(**facts(tx, desk, after)))
    said = Said(Outcome.DID_NOT_ATTEND)
    await tx.execute(insert(Presence), _row(tx, by, desk, Source.CORRECTION, said, booking_id))
    await desk.leave(tx)
    await count_anew(tx, desk)


async def hold(tx: Tx, by: By, session_id: UUID) -> None:
    """Close a session: it took place, and every delegate stands in one status. DoesNotReconcile says who does not, and why."""
    row = await session_commands.begin(tx, by, session_id, Do.HOLD)
    assert by.principal
    await sessions.must_hold(tx, by.principal, by.reach, session_id)
    check_held(row.starts_at, tx.now)
    found = await queries.attendance(tx, session_id)
    if still_open := found.open():
        errors = [
            FieldError(
                f"delegates.{one.booking_id or one.email or one.name}", one.why, f"{one.name}: {SENTENCES[one.why]}"
            )
            for one in still_open[:MOST_NAMED]
        ]
        raise DoesNotReconcile(f"{len(still_open)} are not settled; `errors` says who, and why.", errors=errors)
    await session_commands.finish(tx, by, row, Do.HOLD, {}, events.SessionHeld, more=_attendances(found))


async def chase_registers(tx: Tx) -> int:
    """Tell the business unit once, by the rule, of each session that is over and whose register nobody has closed; how many."""
    over = await sessions.unclosed(tx, tx.now - CHASED_FOR)
    late = [row for row in over if _to_be_closed(row.ends_at) <= tx.now]
    ids = [str(row.id) for row in late]
    told = {one.about_id for one in await POST.told_of(tx, Occasion.REGISTER_OPEN, session_commands.NOUN, ids)}
    silent = [row for row in late if str(row.id) not in told]
    for row in silent:
        facts = {"reference": row.course_code, "course": row.course_title, "when": when(row.starts_at, row.ends_at)}
        names = ", ".join(one["name"] for one in row.trainers) or "nobody is named"
        about = Cause(session_commands.NOUN, str(row.id))
        await POST.write(tx, Occasion.REGISTER_OPEN, about, (), business_unit=True, **facts, trainers=names)
    return len(silent)


async def next_chase(tx: Tx) -> datetime | None:
    """When the next register is to be closed, of sessions that are over or to come."""
    instants = map(_to_be_closed, await sessions.ends_of_planned(tx, tx.now - CHASED_FOR))
    return min((at for at in instants if at > tx.now), default=None)


def _to_be_closed(ended_at: datetime) -> datetime:
    return due(rule_on("register_closed", today(ended_at)), ended_at, CALENDAR)


async def _begin(tx: Tx, by: By, session_id: UUID) -> Desk:
    """The desk of a session, in the version that was read, whose register is open to the caller. NotYourSession; NotNow."""
    row = await sessions.as_read(tx, session_id, by.if_match)
    await _must_be_open(tx, by, row)
    return Desk(row)


async def _must_be_open(tx: Tx, by: By, session: Row[Any]) -> None:
    """A register is open once one can sign in, and for corrections ever after. NotYourSession; NotNow."""
    assert by.principal
    await sessions.must_hold(tx, by.principal, by.reach, session.id)
    if session.status == SessionStatus.CALLED_OFF:
        raise NotNow("This session was called off, so nobody came.")
    before = timedelta(minutes=attendance_on(today(session.starts_at)).opens_minutes_before)
    if tx.now < session.starts_at - before:
        raise NotNow("It has not begun, so nobody can have come.")


async def count_anew(tx: Tx, desk: Desk) -> None:
    """Count the register as changed; where the session was closed already, tell how it is counted now."""
    row = desk.session
    await tx.execute(update(Session).where(Session.id == row.id).values(version=row.version + 1))
    if row.status == SessionStatus.HELD:
        found = await queries.attendance(tx, row.id)
        facts = row._asdict() | {"agency_ids": desk.agency_ids}
        await session_commands.publish(tx, facts, events.SessionRecounted, _attendances(found))


def _attendances(found: queries.Attendance) -> dict[str, Any]:
    counted = sorted(found.by_agency.items())
    return {"attendances": tuple(events.Attendances(agency_id=agency, number=number) for agency, number in counted)}


async def say(tx: Tx, by: By, desk: Desk, source: Source, said: Sequence[Said]) -> None:
    """Write down what was said, and bring every delegate to where it leads; whom nobody knows stays to be named."""
    kind = Kind(desk.session.kind)
    written: list[dict[str, Any]] = []
    found = await queries.attendance(tx, desk.session.id)
    by_id, by_email = {row.id: row for row in found.bookings}, {row.email: row for row in found.bookings}
    seen: set[object] = set()
    stayed: dict[bool, list[UUID]] = {True: [], False: []}  # of those who walked in
    for place, one in enumerate(said):
        before = _known(found, by_id, by_email, one, place)
        who = before.id if before else one.email or one.name
        if who in seen:
            raise Invalid.field(f"delegates.{place}", "twice", "She stands in this list already.")
        seen.add(who)
        booking_id = before.id if before else None
        verdict = judged([*(found.proofs(before.id) if before else ()), Proof(source, one.outcome)])
        settles = verdict if isinstance(verdict, Outcome) else None
        status = Status(before.status) if before else None
        dos = moves(status, settles, kind) if settles else ()
        anew = before is None or before.status == Status.STRUCK_OUT
        if dos and anew and one.agency_id:
            email = one.email or (before.email if before else None)
            if not email:
                raise Invalid.field(f"delegates.{place}.email", "missing", "She is known by her work address.")
            delegate = Delegate(one.name or (before.name if before else email), email)
            booking_id = await seat(tx, by, desk, delegate, one.agency_id, Known.of(before) if before else None, dos)
        elif before and dos:
            await move(tx, by, desk, before, dos)
        elif before is None and source is Source.REGISTER and one.outcome is not Outcome.DID_NOT_ATTEND:
            message = "She has no booking here: say for which agency she came."
            raise Invalid.field(f"delegates.{place}.agency_id", "missing", message)
        elif before is None and source is Source.EXPORT and one.outcome is Outcome.DID_NOT_ATTEND:
            continue  # somebody without a place who looked in
        written.append(_row(tx, by, desk, source, one, booking_id))
        if booking_id and settles and (dos == (BookingDo.WALK_IN,) or status is Status.WALK_IN):
            stayed[settles is Outcome.ATTENDED].append(booking_id)
    for throughout, ids in stayed.items():
        if ids:
            await tx.execute(update(Booking).where(Booking.id.in_(ids)).values(throughout=throughout))
    if written:
        await tx.execute(insert(Presence), written)
    await desk.leave(tx)


def _known(
    found: queries.Attendance,
    by_id: Mapping[UUID, Row[Any]],
    by_email: Mapping[str, Row[Any]],
    one: Said,
    place: int,
) -> Row[Any] | None:
    """The booking of whom something is said, or None. Invalid where a booking is named that is not of this session."""
    if one.booking_id:
        if one.booking_id not in by_id:
            message = "This session has no such booking."
            raise Invalid.field(f"delegates.{place}.booking_id", "unknown_booking", message)
        return by_id[one.booking_id]
    if one.email:
        return by_email.get(one.email)
    same = [row for row in found.bookings if row.name.casefold() == (one.name or "").casefold()]
    return same[0] if len(same) == 1 else None


def _row(tx: Tx, by: By, desk: Desk, source: Source, one: Said, booking_id: UUID | None) -> dict[str, Any]:
    return {
        "session_id": desk.session.id,
        "booking_id": booking_id,
        "source": source,
        "outcome": one.outcome,
        "name": None if booking_id else one.name,
        "email": None if booking_id else one.email,
        "minutes": one.minutes,
        "at": tx.now,
        "said_by": by.subject,
    }
