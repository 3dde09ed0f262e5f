"""Brings sessions into calendars, changes them there, takes them out, and reminds of them."""

from datetime import datetime
from uuid import UUID

from services.training.calendars import queries
from services.training.invitations.models import Invitation
from services.training.rulebook import CALENDAR, rule_on
from services.training.sessions import queries as sessions
from services.training.sessions.domain import Status
from shared.days import today
from shared.db import Tx
from shared.invitations.commands import Invitations
from shared.invitations.domain import Event, Guest, Wording, remind_within

WORDING = Wording(
    noun="session",
    withdrawn="You have no place at this session any more.",
    closing="Whoever is booked sees it in the partnership's system, and can give the place back there.",
    declined=(
        "Your place is still kept for you. If you do not come, give it back in the partnership's system, or ask whoever "
        "booked it for you, so that somebody who waits can have it. If you do come, accept the appointment in your calendar."
    ),
)
INVITATIONS = Invitations(Invitation, WORDING, "sessions.safer")


async def keep(tx: Tx) -> int:
    """Write to whoever's calendar is out of step with the sessions to come, of some of them; how many letters."""
    return sum([await _keep(tx, session_id) for session_id in await queries.out_of_step(tx)])


async def remind(tx: Tx) -> int:
    """Remind who has a place at the sessions of which it is time; how many."""
    reminded = 0
    for row in await queries.to_come(tx):
        begins_at, ends_at = _reminding(row.starts_at)
        if begins_at <= tx.now < ends_at:
            reminded += await INVITATIONS.remind(tx, row.id)
    return reminded


async def next_reminder(tx: Tx) -> datetime | None:
    """When it is next time to remind somebody of a session."""
    ahead = [_reminding(row.starts_at)[0] for row in await queries.to_come(tx)]
    return min((instant for instant in ahead if instant > tx.now), default=None)


def _reminding(starts_at: datetime) -> tuple[datetime, datetime]:
    return remind_within(rule_on("reminder", today(starts_at)), starts_at, CALENDAR)


async def _keep(tx: Tx, session_id: UUID) -> int:
    session = await sessions.lock(tx, session_id)
    why = await queries.told_why(tx, session_id)
    if session.status == Status.CALLED_OFF:
        return await INVITATIONS.take_back(tx, session_id, reason=why)
    event = Event(
        reference=session.course_code,
        title=session.course_title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=session.place,
        link=session.joining_link,
    )
    expected = await queries.guests(tx, session_id)
    guests = [Guest(row.guest_id, row.name, row.agency_id, row.address) for row in expected]
    told = await INVITATIONS.tell(tx, session_id, event, guests, why)
    gone = (await INVITATIONS.newest(tx, session_id)).keys() - {guest.id for guest in guests}
    return told + (await INVITATIONS.take_back(tx, session_id, of=gone) if gone else 0)
