"""Reads evaluations: each to whom it is asked of, and, without what was answered, to her lead and the session's trainers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, any_, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from services.training.attendance.domain import CAME
from services.training.bookings.models import Booking
from services.training.bookings.queries import WHOLE_OF_IT
from services.training.courses.models import Course
from services.training.evaluations.domain import Audience, Moment, Pair, Scale, Status
from services.training.evaluations.models import DelegateManager, Evaluation, EvaluationAnswer
from services.training.rulebook import Question, evaluation_kind
from services.training.sessions.models import Session, SessionTrainer
from shared.db import Tx
from shared.etag import must_match
from shared.policy import Principal, Reach, Role
from shared.problems import NotFound
from shared.scoping import AGENCIES, SUBJECT, narrowed, newest_first, values, within

EVALUATION = tuple(Evaluation.__table__.c)
_ANSWERS = func.coalesce(
    select(func.jsonb_object_agg(EvaluationAnswer.question, EvaluationAnswer.value))
    .where(EvaluationAnswer.evaluation_id == Evaluation.id)
    .scalar_subquery(),
    literal({}, JSONB),
).label("answers")
WHOLE: Select[Any] = (
    select(
        *EVALUATION,
        _ANSWERS,
        Booking.subject,
        Booking.name.label("delegate_name"),
        Booking.email,
        Booking.agency_id.label("booked_agency_id"),
        WHOLE_OF_IT.label("throughout"),
        DelegateManager.name.label("manager_name"),
        DelegateManager.email.label("manager_email"),
        Session.course_id,
        Session.starts_at,
        Session.ends_at,
        Course.code.label("course_code"),
        Course.title.label("course_title"),
    )
    .join(Booking, Booking.id == Evaluation.booking_id)
    .join(Session, Session.id == Evaluation.session_id)
    .join(Course, Course.id == Session.course_id)
    .outerjoin(DelegateManager, DelegateManager.booking_id == Evaluation.booking_id)
)
MINE = and_(Booking.subject == SUBJECT, Evaluation.audience == Audience.ATTENDEE)
_TRAINED = exists().where(SessionTrainer.session_id == Evaluation.session_id, SessionTrainer.subject == SUBJECT)


class EvaluationNotFound(NotFound):
    """There is no such evaluation, or it is asked of others."""

    code = "evaluation_not_found"
    cure = "Look in `/training/v1/evaluations`."


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    session_id: UUID | None = None
    course_id: UUID | None = None
    agency_id: str | None = None
    moment: Moment | None = None
    audience: Audience | None = None
    status: Status | None = None
    mine: bool | None = None
    overdue: bool | None = None


def _visible(principal: Principal, reach: Reach) -> ColumnElement[bool]:
    """Assigned to a person is what is asked of her and, while she is a trainer, what is asked at the sessions that she holds."""
    assigned = or_(MINE, _TRAINED) if Role.TRAINER in principal.roles else MINE
    return within(reach, Evaluation.agency_id == any_(AGENCIES), assigned)


async def get(tx: Tx, principal: Principal, reach: Reach, evaluation_id: UUID) -> Row[Any]:
    """One evaluation with its session. EvaluationNotFound where there is none to be seen."""
    statement = WHOLE.where(Evaluation.id == evaluation_id, _visible(principal, reach))
    return _found(await tx.row(statement, values(principal)))


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` evaluations, those asked last first."""
    clauses = narrowed(filters, Evaluation, course_id=Session.course_id, mine=MINE, overdue=is_overdue(tx.now))
    statement = WHOLE.where(_visible(principal, reach), *clauses)
    return await tx.rows(newest_first(statement, Evaluation.asked_at, Evaluation.id, limit, after), values(principal))


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Not answered, and it is past the time for it."""
    return and_(Evaluation.status.in_([Status.ASKED, Status.LAPSED]), Evaluation.due_at <= now)


async def by_id(tx: Tx, evaluation_id: UUID) -> Row[Any]:
    """One evaluation; for who has its link. EvaluationNotFound."""
    return _found(await tx.row(WHOLE.where(Evaluation.id == evaluation_id)))


async def lock(tx: Tx, evaluation_id: UUID, if_match: str | None = None, *, as_read: bool = True) -> Row[Any]:
    """One evaluation, locked; `as_read`: in the version that the caller read. EvaluationNotFound."""
    row = _found(await tx.row(WHOLE.where(Evaluation.id == evaluation_id).with_for_update(of=Evaluation)))
    if as_read:
        must_match(if_match, row.version)
    return row


def questions(row: Any) -> tuple[Question, ...]:
    """What an evaluation asks, in the version by which it was asked."""
    kind = evaluation_kind(row.kind, row.kind_version)
    return kind.asked(row.moment, manager=row.audience == Audience.MANAGER)


def asks_for_manager(row: Any) -> bool:
    """Whether a delegate is asked who her manager is: a manager will be asked what the course changed, and none is named yet."""
    kind = evaluation_kind(row.kind, row.kind_version)
    ahead = row.audience == Audience.ATTENDEE and row.moment != Moment.IMPACT and Moment.IMPACT in kind.asks
    return ahead and row.manager_email is None and bool(kind.asked(Moment.IMPACT, manager=True))


def scales(row: Any) -> dict[str, Scale]:
    """By which scale each of its questions is answered."""
    return {one.code: Scale(one.scale) for one in questions(row)}


def pairs_of(key: ColumnElement[Any], after: Moment) -> Select[Any]:
    """What each delegate who came answered at a moment and at the earliest before it, by `key`; joined with Session and Course."""
    earliest = Moment.BEFORE, Moment.END
    now, said = aliased(Evaluation), aliased(EvaluationAnswer)
    joined = (
        select(key.label("key"), now.session_id, said.question, said.value.label("after"))
        .select_from(now)
        .join(Booking, Booking.id == now.booking_id)
        .join(Session, Session.id == now.session_id)
        .join(Course, Course.id == Session.course_id)
        .join(said, said.evaluation_id == now.id)
        .where(now.moment == after, now.audience == Audience.ATTENDEE, now.status == Status.ANSWERED)
        .where(Booking.status.in_(CAME))
    )
    before = []
    for moment in earliest[: 1 if after is Moment.END else 2]:
        asked, told = aliased(Evaluation), aliased(EvaluationAnswer)
        mine = asked.booking_id == now.booking_id, asked.moment == moment, asked.audience == Audience.ATTENDEE
        joined = joined.outerjoin(asked, and_(*mine, asked.status == Status.ANSWERED))
        joined = joined.outerjoin(told, and_(told.evaluation_id == asked.id, told.question == said.question))
        before.append(told.value)
    baseline = func.coalesce(*before) if len(before) > 1 else before[0]
    return joined.add_columns(baseline.label("before")).where(baseline.is_not(None))


async def pairs(tx: Tx, session_id: UUID) -> list[Pair]:
    """What the delegates of a session who were asked of its impact said then and before."""
    key = Session.id.expression
    rows = await tx.rows(pairs_of(key, Moment.IMPACT).where(key == session_id))
    return [Pair(row.question, row.before, row.after) for row in rows]


async def earlier(tx: Tx, booking_id: UUID, moment: Moment) -> dict[str, int]:
    """What a delegate answered at the earliest moment before this one, by question."""
    before = (Moment.BEFORE, Moment.END) if moment is Moment.IMPACT else (Moment.BEFORE,)
    statement = (
        select(Evaluation.moment, EvaluationAnswer.question, EvaluationAnswer.value)
        .join(EvaluationAnswer, EvaluationAnswer.evaluation_id == Evaluation.id)
        .where(Evaluation.booking_id == booking_id, Evaluation.audience == Audience.ATTENDEE)
        .where(Evaluation.status == Status.ANSWERED, Evaluation.moment.in_(before))
    )
    rows = sorted(await tx.rows(statement), key=lambda row: before.index(Moment(row.moment)), reverse=True)
    return {} if moment is Moment.BEFORE else {row.question: row.value for row in rows}


async def manager(tx: Tx, booking_id: UUID) -> Row[Any] | None:
    """The manager whom a delegate has named, or None."""
    return await tx.row(select(*DelegateManager.__table__.c).where(DelegateManager.booking_id == booking_id))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise EvaluationNotFound("There is no such evaluation that you may see.")
    return row
