"""Reads courses and series. Whoever works in the partnership may know what training there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, any_, bindparam, func, literal, or_, select

from services.training.courses.domain import Mode, Offered
from services.training.courses.models import Course, Series
from shared.calendar import Quarter
from shared.db import Tx
from shared.etag import must_match
from shared.problems import NotFound
from shared.scoping import in_order, narrowed

COLUMNS = tuple(Course.__table__.c)
_ONE = select(*COLUMNS).where(Course.id == bindparam("id"))
_LOCKED = _ONE.with_for_update()


class CourseNotFound(NotFound):
    """No course has this id."""

    code = "course_not_found"
    cure = "Look in `/training/v1/courses`."


@dataclass(frozen=True)
class Filters:
    """Which courses."""

    q: str | None = None
    series: str | None = None
    mode: Mode | None = None
    framework: str | None = None
    level: str | None = None
    theme: str | None = None
    cause_id: str | None = None
    year: str | None = None
    in_effect_on: date | None = None


async def get(tx: Tx, course_id: UUID) -> Row[Any]:
    """One course. CourseNotFound."""
    return _found(await tx.row(_ONE, {"id": course_id}))


async def as_read(tx: Tx, course_id: UUID, if_match: str | None) -> Row[Any]:
    """One course, locked, in the version that the caller read. CourseNotFound."""
    row = _found(await tx.row(_LOCKED, {"id": course_id}))
    must_match(if_match, row.version)
    return row


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` courses in the order of their codes."""
    clauses = narrowed(
        filters,
        Course,
        q=lambda text: or_(*(column.icontains(text, autoescape=True) for column in (Course.title, Course.code))),
        theme=lambda one: literal(one) == any_(Course.themes),
        cause_id=lambda one: Course.causes.contains([{"id": one}]),
        in_effect_on=lambda day: and_(*_offered_within(day, day)),
        year=lambda year: and_(*_offered_within(*days_of(year))),
    )
    return await tx.rows(in_order(select(*COLUMNS).where(*clauses), (Course.code,), limit, after))


def _offered_within(first: date, last: date) -> list[ColumnElement[bool]]:
    return [
        func.coalesce(Course.effective_from, last) <= last,
        func.coalesce(Course.effective_to, first) >= first,
    ]


def days_of(year: str) -> tuple[date, date]:
    """The first and the last day of a year, `2026/27` or `2026-27`. ValueError for what is none."""
    return Quarter.parse(year, "Q1").first_day, Quarter.parse(year, "Q4").last_day


async def known(tx: Tx, codes: Sequence[str]) -> Mapping[str, Row[Any]]:
    """Those of these courses that there are, by code, locked."""
    rows = await tx.rows(select(*COLUMNS).where(Course.code.in_(codes)).order_by(Course.code).with_for_update())
    return {row.code: row for row in rows}


async def all_series(tx: Tx) -> Sequence[Row[Any]]:
    """Every series, by its code."""
    return await tx.rows(select(*Series.__table__.c).order_by(Series.code))


def offered(row: Row[Any]) -> Offered:
    """The days on which a course is offered."""
    return Offered(row.effective_from, row.effective_to)


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise CourseNotFound("There is no such course.")
    return row
