"""Checks the code that is shown, and signs in who types it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.training.attendance import queries
from services.training.attendance.commands import Said, count_anew, say
from services.training.attendance.domain import Outcome, Source
from services.training.bookings.commands import Desk
from services.training.bookings.domain import Status
from services.training.register.models import REGISTER
from services.training.rulebook import attendance_on
from services.training.sessions import queries as sessions
from services.training.sessions.domain import Status as SessionStatus
from services.training.sign_in.domain import Hours, SignInRefused, is_shown
from shared.acting import AS_RULED
from shared.days import today
from shared.db import Tx
from shared.problems import FieldError, Invalid, NotFound


def hours_of(session: Any) -> Hours:
    """When a session takes sign-ins."""
    rule = attendance_on(today(session.starts_at))
    before, after = timedelta(minutes=rule.opens_minutes_before), timedelta(minutes=rule.closes_minutes_after)
    return Hours(session.starts_at, session.ends_at, before, after, timedelta(seconds=rule.code_seconds))


async def check_code(tx: Tx, session_id: UUID, code: str, keys: Sequence[str]) -> Row[Any]:
    """The session at which this code is shown now. SignInRefused; who has no code learns nothing of the session."""
    try:
        session = await sessions.get(tx, session_id)
    except NotFound:
        session = None
    if session is None or not is_shown(code, keys, session_id, hours_of(session).window(tx.now)):
        raise SignInRefused("This code is not shown, or no longer: take the one that is shown now.")
    if session.status == SessionStatus.CALLED_OFF or not hours_of(session).open_at(tx.now):
        raise SignInRefused("This session takes no sign-in now; the trainer can enter you in the register.")
    return session


async def sign_in(tx: Tx, session_id: UUID, email: str, name: str | None, agency_id: str | None) -> Status:
    """Sign a delegate in whose code was checked; where she then stands. Invalid where she has no place and does not say who she is."""
    desk = await Desk.at(tx, session_id)
    if email not in (await queries.attendance(tx, session_id)).known:
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
    await say(tx, replace(AS_RULED, otherwise="sign_in"), desk, Source.SIGN_IN, [said])
    if desk.session.status == SessionStatus.HELD:
        await count_anew(tx, desk)
    return (await queries.attendance(tx, session_id)).known[email]
