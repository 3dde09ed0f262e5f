"""Reads explanations: an agency its own, whoever sits on the body its own too; and the rule by which they are asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, Row, Select, and_, any_, func, literal, or_, select

from services.governance.explanations.domain import Status
from services.governance.explanations.models import Explanation
from services.governance.memberships.queries import values as seat_values
from services.governance.memberships.queries import within_bodies
from shared.days import today
from shared.db import Tx
from shared.policy import Principal, Reach
from shared.problems import NotFound
from shared.reference import Record, Text, read
from shared.scoping import AGENCIES, narrowed, newest_first, values, within

PATH = Path(__file__).parents[1] / "data" / "attendance.yaml"
COLUMNS = tuple(Explanation.__table__.c)
_T = Explanation.__table__.c


class ExplanationNotFound(NotFound):
    """There is no such question, or the caller may not know of it."""

    code = "explanation_not_found"


@dataclass(frozen=True)
class Filters:
    """Which explanations; None leaves it open."""

    body_id: str | None = None
    agency_id: str | None = None
    status: Status | None = None
    overdue: bool | None = None


def _visible(reach: Reach) -> ColumnElement[bool]:
    """Those of bodies on which the caller sits, and those of her agency."""
    return or_(within_bodies(reach, _T.body_id), within(reach, _T.agency_id == any_(AGENCIES)))


def _values(principal: Principal, tx: Tx) -> dict[str, Any]:
    return values(principal) | seat_values(principal, tx)


async def get(tx: Tx, principal: Principal, reach: Reach, explanation_id: UUID) -> Row[Any]:
    """One explanation. ExplanationNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, explanation_id), _values(principal, tx)))


async def for_update(tx: Tx, principal: Principal, reach: Reach, explanation_id: UUID) -> Row[Any]:
    """One explanation, locked. ExplanationNotFound as with `get`."""
    return _found(await tx.row(_one(reach, explanation_id).with_for_update(), _values(principal, tx)))


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` explanations, the last asked first, after a position."""
    statement = select(*COLUMNS).where(_visible(reach), *narrowed(filters, Explanation, overdue=overdue(today(tx.now))))
    return await tx.rows(
        newest_first(statement, Explanation.asked_at, Explanation.id, limit, after), _values(principal, tx)
    )


def overdue(day: date) -> ColumnElement[bool]:
    """Whose answer was due before a day, and has not come."""
    return and_(Explanation.status == Status.ASKED, Explanation.answer_by < literal(day))


async def last_asked(tx: Tx, body_id: str) -> dict[str, datetime]:
    """When each agency was last asked about a body's meetings."""
    last = func.max(Explanation.asked_at).label("at")
    statement = (
        select(Explanation.agency_id, last).where(Explanation.body_id == body_id).group_by(Explanation.agency_id)
    )
    return {row.agency_id: row.at for row in await tx.rows(statement)}


def _one(reach: Reach, explanation_id: UUID) -> Select[Any]:
    return select(*COLUMNS).where(Explanation.id == explanation_id, _visible(reach))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise ExplanationNotFound("There is no such question that you may see.")
    return row


class Asking(Record):
    """When agencies are asked: one version of the rule."""

    version: int
    window_months: Annotated[int, Field(ge=1, le=36)]
    least_meetings: Annotated[int, Field(ge=1)]
    again_after_months: Annotated[int, Field(ge=1)]
    answer_working_days: Annotated[int, Field(ge=1)]
    source: Text
    verified: bool
    effective_from: date
    effective_to: date | None


class _File(Record):
    attendance: list[Asking]


def asking_on(day: date) -> Asking | None:
    """The rule in force on a day; None where nobody is asked."""
    for version in _versions():
        if version.effective_from <= day and (version.effective_to is None or day <= version.effective_to):
            return version
    return None


@lru_cache(maxsize=1)
def _versions() -> tuple[Asking, ...]:
    return tuple(read(PATH, _File).attendance)
