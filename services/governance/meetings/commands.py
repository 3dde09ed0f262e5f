"""Changes meetings: each command locks the meeting, decides, writes its history, tells the members and emits what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from services.governance.bodies import queries as bodies
from services.governance.invitations.commands import INVITATIONS, invite
from services.governance.meetings import queries
from services.governance.meetings.domain import REFERENCE, Do, Status, check_times, check_whereabouts, step
from services.governance.meetings.models import Meeting
from services.governance.memberships.queries import members_on, must_chair
from services.governance.references.commands import next_reference
from services.governance.terms.domain import Standing
from shared.acting import AS_RULED, By
from shared.contracts import governance_meetings as events
from shared.days import today
from shared.db import Tx, new_id
from shared.etag import must_match
from shared.events import Cause, causes_data, causes_from
from shared.invitations.domain import Event
from shared.outbox import emit
from shared.problems import Invalid, NotFound

TYPE = "governance.meeting"
CONVENE = "convene"
TELLS: Mapping[Do, type[events.MeetingEvent]] = {
    Do.RESCHEDULE: events.MeetingRescheduled,
    Do.CANCEL: events.MeetingCancelled,
    Do.HOLD: events.MeetingHeld,
    Do.MINUTE: events.MeetingMinuted,
    Do.APPROVE: events.MeetingApproved,
}


@dataclass(frozen=True, kw_only=True)
class When:
    """When and where a meeting takes place."""

    starts_at: datetime
    ends_at: datetime
    place: str | None
    link: str | None


async def convene(
    tx: Tx, by: By, body_id: str, when: When, causes: Sequence[Cause] = (), meeting_id: UUID | None = None
) -> UUID:
    """Convene a body and invite its members; the meeting's id. NotInTheChair; Invalid with every fault."""
    try:
        body = await bodies.get(tx, body_id)
    except NotFound:
        raise Invalid.field("body_id", "not_established", f"There is no body {body_id!r}.") from None
    await must_chair(tx, by, body_id)
    check_times(when.starts_at, when.ends_at, tx.now)
    check_whereabouts(when.place, when.link)
    day = today(when.starts_at)
    if bodies.body_of(body).term.standing(day) is not Standing.CURRENT:
        raise Invalid.field("starts_at", "no_body", f"{body.name} does not exist on {day}.")
    meeting_id = meeting_id or new_id()
    row = {
        "id": meeting_id,
        "reference": await next_reference(tx, REFERENCE),
        "body_id": body_id,
        "version": 1,
        "status": Status.CONVENED,
        "starts_at": when.starts_at,
        "ends_at": when.ends_at,
        "place": when.place,
        "link": when.link,
        "sequence": 0,
        "causes": causes_data(causes),
        "convened_at": tx.now,
    }
    await tx.execute(insert(Meeting), row)
    await _tell(tx, by, row | {"body_name": body.name}, CONVENE, events.MeetingConvened, reason=None)
    return meeting_id


async def reschedule(tx: Tx, by: By, meeting_id: UUID, when: When, reason: str) -> None:
    """Another time or place: every member's appointment changes with it."""
    row = await begin(tx, by, meeting_id, Do.RESCHEDULE)
    check_times(when.starts_at, when.ends_at, tx.now)
    check_whereabouts(when.place, when.link)
    changed = {name: getattr(when, name) for name in ("starts_at", "ends_at", "place", "link")}
    await finish(tx, by, row, Do.RESCHEDULE, changed | {"sequence": row.sequence + 1}, reason=reason)


async def cancel(tx: Tx, by: By, meeting_id: UUID, reason: str) -> None:
    """It does not take place: every member's appointment is taken back."""
    row = await begin(tx, by, meeting_id, Do.CANCEL)
    changed = {"cancelled_at": tx.now, "cancel_reason": reason, "sequence": row.sequence + 1}
    await finish(tx, by, row, Do.CANCEL, changed, reason=reason)


async def keep_invited(tx: Tx) -> int:
    """Invite who has been given a seat since the meeting was convened, and no longer who has left it; how many."""
    written = 0
    for meeting in await queries.to_come(tx):
        row = await queries.for_update(tx, None, AS_RULED.reach, meeting.id)
        if row.status == Status.CONVENED:  # and nobody cancels or moves it meanwhile
            members = await members_on(tx, row.body_id, today(row.starts_at))
            written += await invite(tx, row.id, _event(row._asdict()), members)
    return written


async def begin(tx: Tx, by: By, meeting_id: UUID, do: Do, *, versioned: bool = True) -> Row[Any]:
    """Lock the meeting, and decide whether this caller may do this now."""
    row = await queries.for_update(tx, by.principal, by.reach, meeting_id)
    if versioned:
        must_match(by.if_match, row.version)
    await must_chair(tx, by, row.body_id)
    step(Status(row.status), do)
    return row


async def finish(
    tx: Tx, by: By, row: Row[Any], do: Do, changed: Mapping[str, Any], *, reason: str | None = None
) -> Mapping[str, Any]:
    """Write the meeting's new state and its history, and tell of it; the row as it is now."""
    written = {**changed, "status": step(Status(row.status), do), "version": row.version + 1}
    await tx.execute(update(Meeting).where(Meeting.id == row.id).values(**written))
    after = row._asdict() | written
    await _tell(tx, by, after, do, TELLS.get(do), reason=reason)
    return after


async def touch(tx: Tx, row: Row[Any]) -> None:
    """What belongs to the meeting has changed: whoever read it before reads it again."""
    await tx.execute(update(Meeting).where(Meeting.id == row.id).values(version=row.version + 1))


async def _tell(
    tx: Tx, by: By, row: Mapping[str, Any], did: str, kind: type[events.MeetingEvent] | None, *, reason: str | None
) -> None:
    await queries.HISTORY.append(tx, by, row, did, reason=reason)
    members = await members_on(tx, row["body_id"], today(row["starts_at"]))
    if did in {CONVENE, Do.RESCHEDULE}:
        await invite(tx, row["id"], _event(row), members, reason)
    elif did == Do.CANCEL:
        await INVITATIONS.take_back(tx, row["id"], reason=reason)
    if kind:
        facts = {name: row[name] for name in ("reference", "body_id", "status", "starts_at", "ends_at")}
        concerned = tuple(sorted({member.agency_id for member in members}))
        event = kind(subject=str(row["id"]), **facts, agency_id=by.agency_id, agency_ids=concerned)
        await emit(tx, event, causes_from(row["causes"]))


def _event(row: Mapping[str, Any]) -> Event:
    facts = {name: row[name] for name in ("reference", "starts_at", "ends_at", "place", "link")}
    return Event(title=row["body_name"], **facts)
