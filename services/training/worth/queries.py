"""Counts what was asked, answered and changed."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, any_, exists, false, func, literal_column, or_, select

from services.training.attendance.domain import CAME
from services.training.bookings.models import Booking
from services.training.courses.models import Course
from services.training.evaluations.domain import Audience, Moment, Pair, Status, changes
from services.training.evaluations.models import Evaluation, EvaluationAnswer
from services.training.evaluations.queries import pairs_of
from services.training.figures.domain import By
from services.training.figures.queries import KEYS, Filters, sessions_of
from services.training.sessions.models import Session, SessionTrainer
from services.training.worth.domain import Answers, Said, Worth, of_enough, returned
from shared.db import Tx
from shared.policy import Principal, Reach
from shared.scoping import AGENCIES, SUBJECT, values, within

_NUMBER = func.count().label("number")
_TRAINED = exists().where(SessionTrainer.session_id == Session.id, SessionTrainer.subject == SUBJECT)
_COUNTS = or_(Evaluation.moment == Moment.BEFORE, Booking.status.in_(CAME))
"""What was asked of somebody who, as the register now says, was not there counts for nothing."""
_ORDER = list(Moment)


async def said(tx: Tx, principal: Principal, reach: Reach, filters: Filters, by: By, fewest: int = 0) -> list[Said]:
    """What was asked and answered in each group, in the order of key and moment.

    What fewer than `fewest` have said at one session is in no figure: it would be known by taking one figure from another.
    """
    key, title = KEYS[by]
    reached = within(reach, Booking.agency_id == any_(AGENCIES), _TRAINED)
    mine = [reached, Session.id.in_(select(sessions_of(filters).subquery("asked").c.id))]
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
        asked.where(Evaluation.status != Status.WITHDRAWN).group_by(*_first(6)),
        values(principal),
    )
    answers = (
        select(*groups, EvaluationAnswer.question, EvaluationAnswer.value, Evaluation.session_id, _NUMBER)
        .select_from(EvaluationAnswer)
        .join(Evaluation, Evaluation.id == EvaluationAnswer.evaluation_id)
        .join(Booking, Booking.id == Evaluation.booking_id)
        .join(Session, Session.id == Evaluation.session_id)
        .join(Course, Course.id == Session.course_id)
        .where(*mine, _COUNTS)
    )
    told = await tx.rows(answers.group_by(*_first(7)), values(principal))
    pairs = {
        moment: await tx.rows(pairs_of(key, moment).where(*mine), values(principal))
        for moment in (Moment.END, Moment.IMPACT)
    }
    titles = {_group(row): row.title for row in returns}
    found = []
    for group in sorted(titles, key=lambda one: (one[0], _ORDER.index(Moment(one[1])), one[2])):
        moment, audience = Moment(group[1]), Audience(group[2])
        answered = [row for row in told if _group(row) == group]
        paired = [row for row in pairs.get(moment, ()) if row.key == group[0] and audience is Audience.ATTENDEE]
        kept, compared = of_enough(answered, fewest, _told_by), of_enough(paired, fewest, lambda _: 1)
        worth = Worth(
            returned((Status(row.status), row.late, row.number) for row in returns if _group(row) == group),
            _answers(kept),
            changes([Pair(one.question, one.before, one.after) for one in compared]),
            hidden=len(kept) < len(answered) or len(compared) < len(paired),
        )
        found.append(Said(group[0], titles[group], moment, audience, worth))
    return found


def _group(row: Row[Any]) -> tuple[str, str, str]:
    return row.key, row.moment, row.audience


def _first(number: int) -> list[Any]:
    """The first so many columns of what is selected, by their places."""
    return [literal_column(str(place)) for place in range(1, number + 1)]


def _told_by(row: Row[Any]) -> int:
    """How many said what a row of answers counts."""
    return int(row.number)


def _answers(rows: Sequence[Row[Any]]) -> tuple[Answers, ...]:
    counted: dict[str, Counter[int]] = {}
    for row in rows:
        counted.setdefault(row.question, Counter())[row.value] += row.number
    return tuple(Answers(code, counted[code]) for code in sorted(counted))
