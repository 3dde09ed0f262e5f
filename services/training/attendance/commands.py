"""Takes what is said of who came, settles every delegate by it, and closes a session that reconciles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from services.training.attendance import queries
from services.training.attendance.domain import (
    SENTENCES,
    DoesNotReconcile,
    Outcome,
    Proof,
    SignIn,
    SignInRefused,
    Source,
    Why,
    is_shown,
    judged,
    moves,
    outcome_of,
)
from services.training.attendance.models import Presence
from services.training.bookings.commands import Desk, move
from services.training.bookings.domain import Status
from services.training.courses.domain import today
from services.training.exports.domain import Format
from services.training.exports.domain import read as read_export
from services.training.register.models import REGISTER
from services.training.requests.commands import Delegate, seat
from services.training.rulebook import attendance_on, export_columns, export_instants
from services.training.sessions import commands as session_commands
from services.training.sessions import queries as sessions
from services.training.sessions.domain import Do, Kind, NotNow, NotYourSession, check_held
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session
from shared.acting import AS_RULED, By
from shared.contracts import training as events
from shared.db import Tx
from shared.problems import FieldError, Invalid, NotFound

MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one delegate, known by her booking, by her address, or by her name where it is nobody else's."""

    outcome: Outcome
    booking_id: UUID | None = None
    name: str | None = None
    email: str | None = None
    agency_id: str | None = None
    minutes: int | None = None


def sign_in_at(session: Any) -> SignIn:
    """When a session takes sign-ins."""
    rule = attendance_on(today(session.starts_at))
    before, after = timedelta(minutes=rule.opens_minutes_before), timedelta(minutes=rule.closes_minutes_after)
    return SignIn(session.starts_at, session.ends_at, before, after, timedelta(seconds=rule.code_seconds))


async def check_code(tx: Tx, session_id: UUID, code: str, keys: Sequence[str]) -> Row[Any]:
    """The session at which this code is shown now. SignInRefused; who has no code learns nothing of the session."""
    try:
        session = await sessions.get(tx, session_id)
    except NotFound:
        session = None
    if session is None or not is_shown(code, keys, session_id, sign_in_at(session).window(tx.now)):
        raise SignInRefused("This code is not shown, or no longer: take the one that is shown now.")
    if session.status == SessionStatus.CALLED_OFF or not sign_in_at(session).open_at(tx.now):
        raise SignInRefused("This session takes no sign-in now; the trainer can enter you in the register.")
    return session


async def sign_in(tx: Tx, session_id: UUID, email: str, name: str | None, agency_id: str | None) -> Status:
    """Sign a delegate in whose code was checked; where she then stands. Invalid where she has no place and does not say who she is."""
    desk = await Desk.at(tx, session_id)
    known = {row.email: row for row in (await queries.attendance(tx, session_id)).bookings}
    if email not in known:
        missing = {"name": name, "agency_id": agency_id}
        cures = {"name": "Say your name.", "agency_id": "Choose your agency."}
        errors = [
            FieldError(field, "missing", f"No place is booked with this address. {cures[field]}")
            for field, value in missing.items()
            if not value
        ]
        if errors:
            raise Invalid("No place is booked with this address.", errors=errors)
        await REGISTER.names_of(tx, {"agency_id": agency_id or ""}, today(tx.now))
    said = Said(Outcome.ATTENDED, name=name, email=email, agency_id=agency_id)
    await _say(tx, replace(AS_RULED, otherwise="sign_in"), desk, Source.SIGN_IN, [said])
    stands = {row.email: row.status for row in (await queries.attendance(tx, session_id)).bookings}
    return Status(stands[email])


async def enter(tx: Tx, by: By, session_id: UUID, said: Sequence[Said], *, rest_missed: bool) -> None:
    """Enter in the register who came. `rest_missed`: nobody else came. NotYourSession; NotNow; Invalid."""
    desk = await _begin(tx, by, session_id)
    given = {f"delegates.{place}.agency_id": one.agency_id for place, one in enumerate(said) if one.agency_id}
    if given:
        await REGISTER.names_of(tx, given, today(tx.now))
    await _say(tx, by, desk, Source.REGISTER, said)
    if rest_missed:
        rest = [one for one in (await queries.attendance(tx, session_id)).open() if one.why is Why.NOTHING_SAID]
        missed = [Said(Outcome.DID_NOT_ATTEND, booking_id=one.booking_id) for one in rest]
        await _say(tx, by, desk, Source.REGISTER, missed)
    await _end(tx, desk)


async def take_export(tx: Tx, by: By, session_id: UUID, text: str, domains: Mapping[str, str]) -> None:
    """Take who was there from a meeting's export. NotYourSession; NotNow; Invalid.

    Somebody without a booking is of the agency for which she was booked last, else of that of her address's domain.
    """
    desk = await _begin(tx, by, session_id)
    await REGISTER.names_of(tx, {f"domains.{domain}": one for domain, one in domains.items()}, today(tx.now))
    session, rule = desk.session, attendance_on(today(desk.session.starts_at))
    form = Format(export_columns(), export_instants())
    joined = read_export(text, form, session.starts_at, session.ends_at)
    holders = {one["name"].casefold() for one in (await sessions.get(tx, session_id)).trainers}
    former = await queries.agencies_of(tx, [one.email for one in joined if one.email])
    length = session.ends_at - session.starts_at
    said = []
    for one in joined:
        if one.name.casefold() in holders:
            continue
        domain = (one.email or "").rpartition("@")[2]
        agency_id = former.get(one.email or "") or domains.get(domain)
        outcome = outcome_of(one.minutes, length, rule.attended_percent, rule.part_percent)
        said.append(Said(outcome, None, one.name, one.email, agency_id, one.minutes))
    await _say(tx, by, desk, Source.EXPORT, said)
    await _end(tx, desk)


async def hold(tx: Tx, by: By, session_id: UUID) -> None:
    """Close a session: it took place, and every delegate stands in one status. DoesNotReconcile says who does not, and why."""
    row = await session_commands.begin(tx, by, session_id, Do.HOLD)
    await _must_hold(tx, by, session_id)
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


async def _begin(tx: Tx, by: By, session_id: UUID) -> Desk:
    """The desk of a session whose register is open to the caller: once one can sign in, and for corrections ever after."""
    row = await sessions.as_read(tx, session_id, by.if_match)
    await _must_hold(tx, by, session_id)
    if row.status == SessionStatus.CALLED_OFF:
        raise NotNow("This session was called off, so nobody came.")
    opens = row.starts_at - sign_in_at(row).before
    if tx.now < opens:
        raise NotNow("It has not begun, so nobody can have come.")
    return Desk(row)


async def _end(tx: Tx, desk: Desk) -> None:
    """Count the register as changed; where the session was closed already, tell how it is counted now."""
    row = desk.session
    await tx.execute(update(Session).where(Session.id == row.id).values(version=row.version + 1))
    if row.status == SessionStatus.HELD:
        found = await queries.attendance(tx, row.id)
        facts = row._asdict() | {"agency_ids": desk.agency_ids}
        await session_commands.publish(tx, facts, events.SessionRecounted, _attendances(found))


async def _must_hold(tx: Tx, by: By, session_id: UUID) -> None:
    assert by.principal
    if not await sessions.holds(tx, by.principal, by.reach, session_id):
        raise NotYourSession("Its trainers keep its register, or a training manager.")


def _attendances(found: queries.Attendance) -> dict[str, Any]:
    counted = sorted(found.by_agency.items())
    return {"attendances": tuple(events.Attendances(agency_id=agency, number=number) for agency, number in counted)}


async def _say(tx: Tx, by: By, desk: Desk, source: Source, said: Sequence[Said]) -> None:
    """Write down what was said, and bring every delegate to where it leads; whom nobody knows stays to be named."""
    kind = Kind(desk.session.kind)
    written: list[dict[str, Any]] = []
    found = await queries.attendance(tx, desk.session.id)
    by_id, by_email = {row.id: row for row in found.bookings}, {row.email: row for row in found.bookings}
    seen: set[object] = set()
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
        if before and dos:
            await move(tx, by, desk, before, dos)
        elif before is None and dos and one.agency_id:
            delegate = Delegate(one.name or one.email or "", one.email or "")
            if not one.email:
                raise Invalid.field(f"delegates.{place}.email", "missing", "She is known by her work address.")
            booking_id = await seat(tx, by, desk, delegate, one.agency_id, None, dos)
        elif before is None and source is Source.REGISTER and one.outcome is not Outcome.DID_NOT_ATTEND:
            message = "She has no booking here: say for which agency she came."
            raise Invalid.field(f"delegates.{place}.agency_id", "missing", message)
        elif before is None and source is Source.EXPORT and one.outcome is Outcome.DID_NOT_ATTEND:
            continue  # somebody without a place who looked in
        written.append(_row(tx, by, desk, source, one, booking_id))
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
