"""Counts the delegates of sessions that were held and what they said, and reads one session's for its reconciliation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    any_,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from services.training.bookings.domain import Status
from services.training.bookings.models import Booking
from services.training.courses.models import Course
from services.training.evaluations.domain import Audience, Moment, Pair, changes
from services.training.evaluations.domain import Status as EvaluationStatus
from services.training.evaluations.models import Evaluation, EvaluationAnswer
from services.training.evaluations.queries import pairs_of
from services.training.figures.domain import CAME, Answers, By, Delegate, Seen, Worth, returned
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session, SessionTrainer
from shared.db import Tx
from shared.policy import Principal, Reach, Scope
from shared.scoping import AGENCIES, SUBJECT, values, within


@dataclass(frozen=True)
class Filters:
    """Of which sessions."""

    course_id: UUID | None = None
    session_id: UUID | None = None
    series: str | None = None
    agency_id: str | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted in one group. `places` is None where they are not its own: an agency has none."""

    key: str
    title: str
    sessions: int
    places: int | None
    seen: tuple[Seen, ...]
    people: int


_COUNTED = Booking.status != Status.STRUCK_OUT
_NUMBER = func.count().label("number")
WHOLE = literal("all")
_KEYS: Mapping[By | None, tuple[ColumnElement[Any], ColumnElement[Any]]] = {
    None: (WHOLE, WHOLE),
    By.COURSE: (Course.code.expression, Course.title.expression),
    By.AGENCY: (Booking.agency_id.expression, Booking.agency_id.expression),
    By.SESSION: (cast(Session.id, String), Course.title.expression),
}


async def counted(tx: Tx, principal: Principal, reach: Reach, filters: Filters, by: By | None) -> list[Counted]:
    """Each group, in the order of its key; all in one where they are not divided.

    Whoever sees the own agency's alone, or asks for one agency's, has no places to set them against.
    """
    key, title = _KEYS[by]
    joined = _held(filters).subquery("held").c.id
    mine = [within(reach, Booking.agency_id == any_(AGENCIES)), Booking.session_id.in_(select(joined)), _COUNTED]
    if filters.agency_id:
        mine.append(Booking.agency_id == filters.agency_id)
    rows = (
        select(key.label("key"), title.label("title"), Booking.status, Booking.had_place, func.count().label("number"))
        .select_from(Booking)
        .join(Session, Session.id == Booking.session_id)
        .join(Course, Course.id == Session.course_id)
        .where(*mine)
        .group_by(key, title, Booking.status, Booking.had_place)
    )
    people = (
        select(key.label("key"), func.count(Booking.email.distinct()).label("people"))
        .select_from(Booking)
        .join(Session, Session.id == Booking.session_id)
        .join(Course, Course.id == Session.course_id)
        .where(*mine, Booking.status.in_(CAME))
        .group_by(key)
    )
    delegates = await tx.rows(rows, values(principal))
    heads = {row.key: row.people for row in await tx.rows(people, values(principal))}
    over_places = reach.view(Scope.ALL) is not None and by is not By.AGENCY and not filters.agency_id
    sessions = await _sessions(tx, filters, by) if over_places else {}
    titles = {row.key: row.title for row in (*sessions.values(), *delegates)}
    return [
        Counted(
            key=one,
            title=titles[one],
            sessions=sessions[one].sessions if one in sessions else 0,
            places=(sessions[one].places if one in sessions else 0) if over_places else None,
            seen=tuple(Seen(Status(row.status), row.had_place, row.number) for row in delegates if row.key == one),
            people=heads.get(one, 0),
        )
        for one in sorted(titles)
    ]


async def _sessions(tx: Tx, filters: Filters, by: By | None) -> dict[str, Row[Any]]:
    key, title = _KEYS[by]
    held = _held(filters).subquery("held").c.id
    statement = (
        select(
            key.label("key"),
            title.label("title"),
            func.count().label("sessions"),
            func.sum(Session.places).label("places"),
        )
        .select_from(Session)
        .join(Course, Course.id == Session.course_id)
        .where(Session.id.in_(select(held)))
        .group_by(key, title)
    )
    return {row.key: row for row in await tx.rows(statement)}


def _held(filters: Filters) -> Any:
    """The ids of the sessions with places that were held."""
    return _of(filters).where(Session.status == SessionStatus.HELD, Session.places.is_not(None))


def _of(filters: Filters) -> Any:
    """The ids of sessions."""
    statement = select(Session.id).join(Course, Course.id == Session.course_id)
    equal = {Session.course_id: filters.course_id, Session.id: filters.session_id, Course.series: filters.series}
    statement = statement.where(*(column == value for column, value in equal.items() if value is not None))
    if filters.starts_from:
        statement = statement.where(Session.starts_at >= filters.starts_from)
    if filters.starts_before:
        statement = statement.where(Session.starts_at < filters.starts_before)
    return statement


_TRAINED = exists().where(SessionTrainer.session_id == Session.id, SessionTrainer.subject == SUBJECT)
_COUNTS = or_(Evaluation.moment == Moment.BEFORE, Booking.status.in_(CAME))
"""What was asked of somebody who, as the register now says, was not there counts for nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said at one moment, in one group."""

    key: str
    title: str
    moment: Moment
    audience: Audience
    worth: Worth


async def said(tx: Tx, principal: Principal, reach: Reach, filters: Filters, by: By) -> list[Said]:
    """What was asked and answered in each group, in the order of key and moment."""
    key, title = _KEYS[by]
    reached = within(reach, Booking.agency_id == any_(AGENCIES), _TRAINED)
    mine = [reached, Session.id.in_(select(_of(filters).subquery("asked").c.id))]
    if filters.agency_id:
        mine.append(Booking.agency_id == filters.agency_id)
    groups = (key.label("key"), title.label("title"), Evaluation.moment, Evaluation.audience)
    asked = (
        select(*groups, Evaluation.status, func.coalesce(Evaluation.late, false()).label("late"), _NUMBER)
        .select_from(Evaluation)
        .join(Booking, Booking.id == Evaluation.booking_id)
        .join(Session, Session.id == Evaluation.session_id)
        .join(Course, Course.id == Session.course_id)
        .where(*mine, _COUNTS)
    )
    returns = await tx.rows(
        asked.where(Evaluation.status != EvaluationStatus.WITHDRAWN).group_by(*_first(6)),
        values(principal),
    )
    answers = (
        select(*groups, EvaluationAnswer.question, EvaluationAnswer.value, _NUMBER)
        .select_from(EvaluationAnswer)
        .join(Evaluation, Evaluation.id == EvaluationAnswer.evaluation_id)
        .join(Booking, Booking.id == Evaluation.booking_id)
        .join(Session, Session.id == Evaluation.session_id)
        .join(Course, Course.id == Session.course_id)
        .where(*mine, _COUNTS)
    )
    told = await tx.rows(answers.group_by(*_first(6)), values(principal))
    pairs = {
        moment: await tx.rows(pairs_of(key, moment).where(*mine), values(principal))
        for moment in (Moment.END, Moment.IMPACT)
    }
    found: dict[tuple[str, str, str], str] = {(row.key, row.moment, row.audience): row.title for row in returns}
    order = list(Moment)
    return [
        Said(
            group[0],
            heading,
            moment,
            Audience(group[2]),
            Worth(
                returned(
                    (EvaluationStatus(row.status), row.late, row.number) for row in returns if _group(row) == group
                ),
                _answers([row for row in told if _group(row) == group]),
                changes(
                    [Pair(one.question, one.before, one.after) for one in pairs.get(moment, ()) if one.key == group[0]]
                )
                if group[2] == Audience.ATTENDEE
                else (),
            ),
        )
        for group, heading in sorted(
            found.items(), key=lambda one: (one[0][0], order.index(Moment(one[0][1])), one[0][2])
        )
        for moment in [Moment(group[1])]
    ]


def _group(row: Row[Any]) -> tuple[str, str, str]:
    return row.key, row.moment, row.audience


def _first(number: int) -> list[Any]:
    """The first so many columns of what is selected, by their places."""
    return [literal_column(str(place)) for place in range(1, number + 1)]


def _answers(rows: Sequence[Row[Any]]) -> tuple[Answers, ...]:
    questions = sorted({row.question for row in rows})
    return tuple(Answers(code, {row.value: row.number for row in rows if row.question == code}) for code in questions)


async def delegates(tx: Tx, session_id: UUID) -> Sequence[Delegate]:
    """Every delegate of a session. The caller has seen that she may."""
    mine = Booking.session_id == session_id, _COUNTED
    statement = select(Booking.id, Booking.status, Booking.had_place).where(*mine)
    rows = await tx.rows(statement.order_by(Booking.arrival))
    return [Delegate(str(row.id), Status(row.status), row.had_place) for row in rows]
