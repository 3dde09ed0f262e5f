"""Plans sessions, changes and moves them; what frees places stands with the bookings, what closes one with who came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert

from services.training.courses import queries as courses
from services.training.courses.domain import Mode, must_be_offered
from services.training.distribution_lists import queries as distribution_lists
from services.training.distribution_lists.domain import invited
from services.training.register.models import REGISTER
from services.training.rulebook import CALENDAR
from services.training.sessions import queries
from services.training.sessions.domain import (
    Do,
    Kept,
    Kind,
    Plan,
    Status,
    check_plan,
    check_times,
    step,
)
from services.training.sessions.models import Session, SessionTrainer
from shared.acting import By
from shared.contracts import training as events
from shared.days import today
from shared.db import Tx, new_id
from shared.events import Cause
from shared.outbox import emit
from shared.problems import Invalid, NotFound

NOUN = "training.session"


@dataclass(frozen=True, slots=True)
class Trainer:
    """Who holds a session: her subject at the gateway, and her name."""

    subject: str
    name: str


async def plan(
    tx: Tx, by: By, course_id: UUID, wanted: Plan, trainers: Sequence[Trainer], session_id: UUID | None = None
) -> UUID:
    """Plan a session of a course; its id. NotOffered; Invalid."""
    try:
        course = await courses.get(tx, course_id)
    except NotFound:
        raise Invalid.field(
            "course_id", "unknown_course", "There is no such course; see /training/v1/courses."
        ) from None
    if wanted.kind is Kind.OPEN:
        subscribed = await distribution_lists.subscribed(tx, course.series, today(tx.now)) if course.series else []
        wanted = replace(wanted, distribution_lists=invited(wanted.distribution_lists, subscribed))
    check_plan(wanted, tx.now, CALENDAR.last)
    must_be_offered(Mode(course.mode), courses.offered(course), today(wanted.starts_at))
    await check_agencies(tx, wanted.kept)
    session_id = session_id or new_id()
    row: dict[str, Any] = {
        "id": session_id,
        "course_id": course_id,
        "version": 1,
        "status": Status.PLANNED,
        "kind": wanted.kind,
        "starts_at": wanted.starts_at,
        "ends_at": wanted.ends_at,
        "place": wanted.place,
        "joining_link": wanted.joining_link,
        "distribution_lists": list(wanted.distribution_lists),
        "places": wanted.places,
        "booking_closes_at": closes_at(wanted.kind, wanted.booking_closes_at, wanted.starts_at),
        **keeping(wanted.kept, tx.now),
        "arrivals": 0,
        "taken": {},
        "waiting": 0,
        "agency_ids": sorted({one.agency_id for one in wanted.kept}),
        "planned_at": tx.now,
        "planned_by": by.subject,
    }
    await tx.execute(insert(Session), row)
    await _name_trainers(tx, session_id, trainers)
    await queries.HISTORY.append(tx, by, row, Do.PLAN)
    await publish(tx, row, events.SessionPlanned)
    return session_id


async def change(
    tx: Tx, by: By, session_id: UUID, changes: Mapping[str, Any], trainers: Sequence[Trainer] | None
) -> None:
    """Change its link, lists, trainers, or until when one can book. NotNow; Invalid."""
    row = await begin(tx, by, session_id, Do.CHANGE)
    after = row._asdict() | dict(changes)
    if after["place"] is None and after["joining_link"] is None:
        raise Invalid.field("joining_link", "nowhere", "Name a place, or the link by which it is joined.")
    if "booking_closes_at" in changes:
        _check_closing(row, changes["booking_closes_at"])
    if changes.get("distribution_lists") and row.kind == Kind.BOOKED:
        raise Invalid.field("distribution_lists", "booked", "Lists are invited to open sessions; here people book.")
    if trainers is not None:
        await tx.execute(delete(SessionTrainer).where(SessionTrainer.session_id == session_id))
        await _name_trainers(tx, session_id, trainers)
    await finish(tx, by, row, Do.CHANGE, changes, events.SessionChanged)


async def move(
    tx: Tx, by: By, session_id: UUID, starts_at: datetime, ends_at: datetime, place: str | None, reason: str
) -> None:
    """Hold it at another time or place; booking closes as long before it as was planned. NotNow; NotOffered; Invalid."""
    row = await begin(tx, by, session_id, Do.MOVE)
    check_times(starts_at, ends_at, tx.now, CALENDAR.last)
    course = await courses.get(tx, row.course_id)
    must_be_offered(Mode(course.mode), courses.offered(course), today(starts_at))
    changes: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at, "place": place or row.place}
    if all(getattr(row, name) == value for name, value in changes.items()):
        raise Invalid.field("starts_at", "unmoved", "It is at this time and place already.")
    if row.booking_closes_at:
        changes["booking_closes_at"] = starts_at - max(row.starts_at - row.booking_closes_at, timedelta(0))
    await finish(tx, by, row, Do.MOVE, changes, events.SessionMoved, text=reason)


async def begin(tx: Tx, by: By, session_id: UUID, do: Do) -> Row[Any]:
    """Lock the session in the version that was read, and refuse what its status does not allow."""
    row = await queries.as_read(tx, session_id, by.if_match)
    step(Status(row.status), do)
    return row


async def finish(
    tx: Tx,
    by: By,
    row: Row[Any],
    do: Do,
    changes: Mapping[str, Any],
    event: type[events.SessionEvent],
    *,
    text: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write the session's new state and its history, and tell; the row as it is now."""
    moved_to = {**changes, "status": step(Status(row.status), do)}
    after = await queries.HISTORY.write(tx, by, row._asdict(), do, moved_to, text=text)
    await publish(tx, after, event, more)
    return after


def keeping(kept: Sequence[Kept], now: datetime) -> dict[str, Any]:
    """The columns of the places kept: each with its day, and the next day on which some are for everybody."""
    ahead = [one.released_on for one in kept if one.released_on and one.at(now)]
    rows = [
        {
            "agency_id": one.agency_id,
            "places": one.places,
            "released_on": one.released_on.isoformat() if one.released_on else None,
        }
        for one in kept
    ]
    return {"kept": rows, "releases_on": min(ahead, default=None)}


async def check_agencies(tx: Tx, kept: Sequence[Kept]) -> None:
    """Invalid where places would be kept for what the register does not have today."""
    given = {f"kept.{number}.agency_id": one.agency_id for number, one in enumerate(kept)}
    if given:
        await REGISTER.names_of(tx, given, today(tx.now))


async def publish(
    tx: Tx, row: Mapping[str, Any], event: type[events.SessionEvent], more: Mapping[str, Any] | None = None
) -> None:
    """Tell how the session stands, and what else the event says; it follows from its course."""
    kept = ("kind", "status", "starts_at", "ends_at", "places")
    facts = {name: row[name] for name in kept} | {
        "subject": str(row["id"]),
        "course_id": str(row["course_id"]),
        "agency_ids": tuple(row["agency_ids"]),
        "at": tx.now,
    }
    await emit(tx, event(**facts, **(more or {})), causes=[Cause("training.course", str(row["course_id"]))])


def closes_at(kind: Kind, wanted: datetime | None, starts_at: datetime) -> datetime | None:
    """Until when one can book: as planned, or until it starts; never where nobody books."""
    return (wanted or starts_at) if kind is Kind.BOOKED else None


def _check_closing(row: Row[Any], closing: datetime | None) -> None:
    if row.kind == Kind.OPEN:
        raise Invalid.field("booking_closes_at", "open", "Nobody books an open session.")
    if closing is None or closing > row.starts_at:
        raise Invalid.field("booking_closes_at", "too_late", "Booking closes when the session starts at the latest.")


async def _name_trainers(tx: Tx, session_id: UUID, trainers: Sequence[Trainer]) -> None:
    named = {one.subject: one.name for one in trainers}
    rows = [{"session_id": session_id, "subject": subject, "name": name} for subject, name in named.items()]
    if rows:
        await tx.execute(insert(SessionTrainer), rows)
