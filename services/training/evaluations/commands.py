"""Asks and takes answers: each once; what follows from an answer, certificate and measured impact, is done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.training.bookings.domain import NotYourBooking
from services.training.bookings.domain import Status as BookingStatus
from services.training.bookings.queries import by_id as booking_by_id
from services.training.bookings.queries import get as get_booking
from services.training.certificates import commands as certificates
from services.training.evaluations import queries
from services.training.evaluations.domain import (
    Audience,
    Do,
    Manager,
    Moment,
    NotYourEvaluation,
    Said,
    Status,
    changes,
    checked,
    step,
)
from services.training.evaluations.models import DelegateManager, Evaluation, EvaluationAnswer, ImpactSample
from services.training.rulebook import EvaluationKind, evaluation_kind, fewest_on
from services.training.sessions import commands as sessions
from services.training.sessions import queries as session_queries
from shared.acting import By
from shared.contracts import training as events
from shared.days import today
from shared.db import Tx, new_id
from shared.errands import queued
from shared.etag import must_match
from shared.events import Cause
from shared.outbox import emit
from shared.policy import Scope
from shared.problems import Invalid

TOLD = {
    Do.LAPSE: events.EvaluationLapsed,
    Do.WITHDRAW: events.EvaluationWithdrawn,
    Do.ASK_AGAIN: events.EvaluationAsked,
}


async def ask(
    tx: Tx,
    kind: EvaluationKind,
    course_id: UUID,
    bookings: Sequence[Row[Any]],
    moment: Moment,
    audience: Audience,
    due_at: datetime,
    remind_at: datetime | None,
) -> None:
    """Ask these delegates of one session, or their managers; who has been asked is not asked twice."""
    for booking in bookings:
        row = {
            "id": new_id(),
            "version": 1,
            "status": Status.ASKED,
            "moment": moment,
            "audience": audience,
            "booking_id": booking.id,
            "session_id": booking.session_id,
            "agency_id": booking.agency_id,
            "kind": kind.code,
            "kind_version": kind.version,
            "reminded": 0,
            **_asking(tx, due_at, remind_at),
        }
        unless = upsert(Evaluation).values(**row).on_conflict_do_nothing()
        if (await tx.execute(unless)).rowcount:
            await _tell(tx, events.EvaluationAsked(**_facts(tx, row | {"course_id": course_id})))


async def ask_again(tx: Tx, row: Row[Any], due_at: datetime, remind_at: datetime | None) -> None:
    """Ask what was asked no more, because the delegate comes, or came, all the same."""
    await _move(tx, row, Do.ASK_AGAIN, {"agency_id": row.booked_agency_id, **_asking(tx, due_at, remind_at)})


async def lapse(tx: Tx, row: Row[Any]) -> None:
    """Nobody has answered in time."""
    await _move(tx, row, Do.LAPSE, _SILENT)
    await settle_impact(tx, row)


async def withdraw(tx: Tx, row: Row[Any]) -> None:
    """Nothing is asked of her any more: she does not come, or was not there."""
    await _move(tx, row, Do.WITHDRAW, _SILENT)
    await settle_impact(tx, row)


async def answer(tx: Tx, by: By, evaluation_id: UUID, said: Said) -> None:
    """Answer in one's own name. EvaluationNotFound; NotYourEvaluation; and as `take`."""
    assert by.principal
    seen = await queries.get(tx, by.principal, by.reach, evaluation_id)
    if seen.audience != Audience.ATTENDEE or seen.subject != by.principal.subject:
        raise NotYourEvaluation("It is asked of somebody else, who has a letter with her own link.")
    row = await queries.lock(tx, evaluation_id, by.if_match)
    await take(tx, row, said, by.subject)


async def take(tx: Tx, row: Row[Any], said: Said, by: str) -> None:
    """Take the answers to an evaluation that is locked. AlreadyAnswered, EvaluationLapsed, EvaluationWithdrawn; Invalid."""
    step(Status(row.status), Do.ANSWER, Moment(row.moment))
    given = checked(said.answers, queries.scales(row))
    if said.manager:
        await _hear_of_manager(tx, row, said.manager, by)
    late = row.status == Status.LAPSED
    values = _SILENT | {
        "status": Status.ANSWERED,
        "version": row.version + 1,
        "answered_at": tx.now,
        "late": late,
        "text": said.text,
    }
    await tx.execute(update(Evaluation).where(Evaluation.id == row.id).values(**values))
    answers = [{"evaluation_id": row.id, "question": code, "value": value} for code, value in given.items()]
    await tx.execute(insert(EvaluationAnswer), answers)
    await _tell(tx, events.EvaluationAnswered(**_facts(tx, row._asdict() | values), late=late))
    await _certify(tx, row)
    await settle_impact(tx, row)


async def _hear_of_manager(tx: Tx, row: Row[Any], manager: Manager, by: str) -> None:
    """Keep whom a delegate names with her answer. Invalid where nobody is to be named, or she names herself."""
    if not queries.asks_for_manager(row):
        raise Invalid.field("manager", "not_asked", "No manager is asked for here: leave it out.")
    if manager.email == row.email:
        raise Invalid.field(
            "manager.email", "oneself", "This is your own address: give your manager's, or leave it out."
        )
    await keep_manager(tx, row.booking_id, manager.name, manager.email, by)


async def _certify(tx: Tx, row: Row[Any]) -> None:
    """Issue the certificate that waited for the evaluation at the end."""
    kind = evaluation_kind(row.kind, row.kind_version)
    if row.moment == Moment.END and kind.certificate_after_evaluation:
        booking = await booking_by_id(tx, row.booking_id)
        if booking.status == BookingStatus.ATTENDED or (booking.status == BookingStatus.WALK_IN and booking.throughout):
            await certificates.issue(tx, [booking], row.course_id)


async def name_manager(tx: Tx, by: By, booking_id: UUID, name: str, email: str) -> None:
    """Name the manager who is asked what a course changed, in the version of the booking that was read. NotYourBooking."""
    assert by.principal
    seen = await get_booking(tx, by.principal, by.reach, booking_id)
    own = by.reach.view(Scope.OWN) is not None and seen.agency_id in by.principal.agencies
    if not (by.reach.view(Scope.ALL) or own or seen.subject == by.principal.subject):
        raise NotYourBooking("This is somebody else's booking; the lead of her agency can do this for her.")
    must_match(by.if_match, seen.version)
    await keep_manager(tx, booking_id, name, email, by.subject)


async def keep_manager(tx: Tx, booking_id: UUID, name: str, email: str, named_by: str) -> None:
    """Write down who is asked beside a delegate; a later one replaces the earlier."""
    row = {"booking_id": booking_id, "name": name, "email": email, "named_at": tx.now, "named_by": named_by}
    named = upsert(DelegateManager).values(**row)
    await tx.execute(named.on_conflict_do_update(index_elements=["booking_id"], set_=row))


async def settle_impact(tx: Tx, row: Row[Any]) -> None:
    """Where nothing more is awaited of a session's impact, say what was measured, once; nothing where too few can be compared."""
    if row.moment != Moment.IMPACT:
        return
    sample = ImpactSample.__table__
    locked = select(*sample.c).where(sample.c.session_id == row.session_id, sample.c.settled_at.is_(None))
    if await tx.row(locked.with_for_update()) is None:
        return
    counts = select(Evaluation.status, func.count().label("number")).where(
        Evaluation.session_id == row.session_id, Evaluation.moment == Moment.IMPACT
    )
    counted = {one.status: one.number for one in await tx.rows(counts.group_by(Evaluation.status))}
    if counted.get(Status.ASKED):
        return
    fewest = fewest_on(today(tx.now))
    found = [one for one in changes(await queries.pairs(tx, row.session_id)) if one.compared >= fewest]
    settled = {"settled_at": tx.now, "measured": bool(found)}
    await tx.execute(update(ImpactSample).where(ImpactSample.session_id == row.session_id).values(**settled))
    if found:
        session = await session_queries.get(tx, row.session_id)
        more = {
            "asked": sum(counted.values()) - counted.get(Status.WITHDRAWN, 0),
            "answered": counted.get(Status.ANSWERED, 0),
            "changes": tuple(_told(asdict(one)) for one in found),
        }
        await sessions.publish(tx, session._asdict(), events.SessionImpactMeasured, more)


def _told(change: dict[str, Any]) -> events.MeasuredChange:
    counts = ("question", "compared", "better", "same", "worse")
    return events.MeasuredChange(**{name: change[name] for name in counts})


_SILENT: dict[str, Any] = {"remind_at": None, "attempt_at": None}
"""Nothing more is sent."""


def _asking(tx: Tx, due_at: datetime, remind_at: datetime | None) -> dict[str, Any]:
    return {
        "asked_at": tx.now,
        "due_at": due_at,
        "remind_at": remind_at,
        **queued(tx),
    }


async def _move(tx: Tx, row: Row[Any], do: Do, more: Mapping[str, Any]) -> None:
    status = step(Status(row.status), do, Moment(row.moment))
    values = {**more, "status": status, "version": row.version + 1}
    await tx.execute(update(Evaluation).where(Evaluation.id == row.id).values(**values))
    await _tell(tx, TOLD[do](**_facts(tx, row._asdict() | values)))


def _facts(tx: Tx, row: Mapping[str, Any]) -> dict[str, Any]:
    told = ("agency_id", "moment", "audience", "status", "due_at")
    return {name: row[name] for name in told} | {
        "subject": str(row["id"]),
        "session_id": str(row["session_id"]),
        "course_id": str(row["course_id"]),
        "at": tx.now,
    }


async def _tell(tx: Tx, event: events.EvaluationEvent) -> None:
    await emit(tx, event, causes=[Cause("training.session", event.session_id)])
