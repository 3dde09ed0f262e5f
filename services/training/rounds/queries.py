"""Finds who is to be asked, reminded, or asked no more."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, update

from services.training.attendance.domain import CAME
from services.training.bookings.domain import Status as BookingStatus
from services.training.bookings.models import Booking
from services.training.bookings.queries import BOOKING, WHOLE_OF_IT
from services.training.certificates.models import Certificate
from services.training.courses.models import Course
from services.training.evaluations.domain import Moment, Status
from services.training.evaluations.models import DelegateManager, Evaluation, ImpactSample
from services.training.evaluations.queries import WHOLE
from services.training.rulebook import EvaluationKind, evaluation_kinds
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session
from shared.days import day_begins
from shared.db import Tx

BATCH = 200
_BEFORE = Evaluation.moment == Moment.BEFORE
COMES = or_(and_(_BEFORE, Booking.status.in_({BookingStatus.BOOKED, *CAME})), and_(~_BEFORE, Booking.status.in_(CAME)))
"""Whether the delegate is one of whom this evaluation is asked."""

FOLLOW_SESSION = (
    update(Evaluation)
    .where(_BEFORE, Evaluation.status == Status.ASKED, Session.id == Evaluation.session_id)
    .where(Evaluation.due_at != Session.starts_at)
    .values(due_at=Session.starts_at)
)
"""What is asked before a session can be answered until it starts, wherever it was moved."""


def _sessions(kind: EvaluationKind, status: SessionStatus, *columns: Any) -> Select[Any]:
    """The sessions of courses that are evaluated by this version of a kind."""
    statement = select(*columns).select_from(Session).join(Course, Course.id == Session.course_id)
    in_force = [Session.starts_at >= day_begins(kind.effective_from)]
    if kind.effective_to:
        in_force.append(Session.starts_at < day_begins(kind.effective_to))
    return statement.where(Course.evaluation == kind.code, Session.status == status, *in_force)


async def to_ask(tx: Tx, kind: EvaluationKind, moment: Moment, after: datetime, until: datetime) -> Sequence[Row[Any]]:
    """Some delegates of sessions starting (`before`), or ending (`end`), after one instant and until another, who were not asked."""
    before = moment is Moment.BEFORE
    status = SessionStatus.PLANNED if before else SessionStatus.HELD
    mine = Booking.status == BookingStatus.BOOKED if before else Booking.status.in_(CAME)
    at = Session.starts_at if before else Session.ends_at
    asked = exists().where(Evaluation.booking_id == Booking.id, Evaluation.moment == moment)
    statement = _sessions(kind, status, *BOOKING, Session.course_id, Session.starts_at.label("session_starts_at"))
    statement = statement.join(Booking, Booking.session_id == Session.id)
    return await tx.rows(statement.where(mine, at > after, at <= until, ~asked).order_by(at, Booking.id).limit(BATCH))


async def to_sample(tx: Tx, kind: EvaluationKind, after: datetime, until: datetime) -> Row[Any] | None:
    """A session that ended after one instant and until another and of whose impact nobody was asked."""
    sampled = exists().where(ImpactSample.session_id == Session.id)
    statement = _sessions(kind, SessionStatus.HELD, Session.id, Session.course_id, Session.ends_at)
    return await tx.row(
        statement.where(Session.ends_at > after, Session.ends_at <= until, ~sampled).order_by(Session.ends_at).limit(1)
    )


async def came(tx: Tx, session_id: UUID) -> Sequence[Row[Any]]:
    """The bookings of a session of who came."""
    mine = Booking.session_id == session_id, Booking.status.in_(CAME)
    return await tx.rows(select(*BOOKING).where(*mine).order_by(Booking.arrival))


async def with_manager(tx: Tx, bookings: Collection[UUID]) -> set[UUID]:
    """Those of these bookings for which a manager is named."""
    named = select(DelegateManager.booking_id).where(DelegateManager.booking_id.in_(bookings))
    return {row.booking_id for row in await tx.rows(named)}


async def evaluations(tx: Tx, which: ColumnElement[bool], order: Any) -> Sequence[Row[Any]]:
    """Some evaluations, locked."""
    return await tx.rows(WHOLE.where(which).order_by(order, Evaluation.id).limit(BATCH).with_for_update(of=Evaluation))


async def to_withdraw(tx: Tx) -> Sequence[Row[Any]]:
    """Evaluations asked of who does not come, or was not there."""
    return await evaluations(tx, and_(Evaluation.status == Status.ASKED, ~COMES), Evaluation.asked_at)


async def to_ask_again(tx: Tx) -> Sequence[Row[Any]]:
    """Evaluations withdrawn of who comes, or came, all the same; what was asked before a session, while it has not begun."""
    still = or_(~_BEFORE, Session.starts_at > tx.now)
    return await evaluations(tx, and_(Evaluation.status == Status.WITHDRAWN, COMES, still), Evaluation.asked_at)


async def to_certify(tx: Tx) -> Sequence[Row[Any]]:
    """Some bookings of who attended and, where her course's kind wants that, has answered at the end, and has no certificate."""
    at_once = {kind.code for kind in evaluation_kinds() if not kind.certificate_after_evaluation}
    due = or_(Evaluation.status == Status.ANSWERED, Evaluation.kind.in_(at_once))
    statement = (
        select(*BOOKING, Session.course_id)
        .join(Evaluation, Evaluation.booking_id == Booking.id)
        .join(Session, Session.id == Booking.session_id)
        .outerjoin(Certificate, Certificate.booking_id == Booking.id)
        .where(Evaluation.moment == Moment.END, due, WHOLE_OF_IT, Certificate.id.is_(None))
    )
    return await tx.rows(statement.order_by(Booking.id).limit(BATCH))


async def first(tx: Tx, column: Any, *where: ColumnElement[bool]) -> datetime | None:
    """The earliest instant in a column."""
    found: datetime | None = await tx.scalar(select(func.min(column)).where(*where))
    return found


async def next_session(
    tx: Tx, kind: EvaluationKind, status: SessionStatus, at: Any, after: datetime
) -> datetime | None:
    """The earliest start or end of a session of this kind after an instant."""
    found: datetime | None = await tx.scalar(_sessions(kind, status, func.min(at)).where(at > after))
    return found
