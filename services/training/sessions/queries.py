"""Reads sessions. Whoever works in the partnership may know when there is training; how to join, only who comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Uuid, and_, bindparam, exists, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from services.training.courses.models import Course
from services.training.sessions.domain import Kept, Kind, NotYourSession, Places, Status
from services.training.sessions.models import Session, SessionEntry, SessionTrainer
from shared.db import Tx
from shared.etag import must_match
from shared.history import History
from shared.policy import Principal, Reach, Role, Scope
from shared.prepared import Prepared
from shared.problems import NotFound
from shared.scoping import SUBJECT, in_order, narrowed, values

HISTORY = History(Session, SessionEntry, keeps=("starts_at", "ends_at", "place", "places"))

SESSION = tuple(Session.__table__.c)
_COURSE = (
    Course.code.label("course_code"),
    Course.title.label("course_title"),
    Course.mode.label("course_mode"),
    Course.series.label("course_series"),
)


def _trainers() -> ColumnElement[Any]:
    row = func.jsonb_build_object("subject", SessionTrainer.subject, "name", SessionTrainer.name)
    found = select(func.jsonb_agg(row)).where(SessionTrainer.session_id == Session.id).scalar_subquery()
    return func.coalesce(found, literal([], JSONB)).label("trainers")


_WHOLE: Select[Any] = select(*SESSION, *_COURSE, _trainers()).join(Course, Course.id == Session.course_id)
_ID = bindparam("id", type_=Uuid())
_ONE = Prepared(_WHOLE.where(Session.id == _ID))
_WITH_STEPS = Prepared(_WHOLE.where(Session.id == _ID).add_columns(HISTORY.beside(Session.id).label("steps")))
_LOCKED = Prepared(
    select(*SESSION, *_COURSE)
    .join(Course, Course.id == Session.course_id)
    .where(Session.id == _ID)
    .with_for_update(of=Session)
)


_MINE = exists().where(SessionTrainer.session_id == Session.id, SessionTrainer.subject == SUBJECT)


class SessionNotFound(NotFound):
    """No session has this id."""

    code = "session_not_found"
    cure = "Look in `/training/v1/sessions`."


@dataclass(frozen=True)
class Filters:
    """Which sessions."""

    course_id: UUID | None = None
    series: str | None = None
    status: Status | None = None
    kind: Kind | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    trained_by_me: bool | None = None
    unclosed: bool | None = None


async def get(tx: Tx, session_id: UUID) -> Row[Any]:
    """One session with its course and trainers. SessionNotFound."""
    return _found(await tx.row(_ONE, {"id": session_id}))


async def with_steps(tx: Tx, session_id: UUID) -> Row[Any]:
    """One session with its course and trainers, and what was done to it. SessionNotFound."""
    return _found(await tx.row(_WITH_STEPS, {"id": session_id}))


async def lock(tx: Tx, session_id: UUID) -> Row[Any]:
    """One session with its course, locked: whatever gives or frees a place comes one after the other. SessionNotFound."""
    return _found(await tx.row(_LOCKED, {"id": session_id}))


async def as_read(tx: Tx, session_id: UUID, if_match: str | None) -> Row[Any]:
    """One session, locked, in the version that the caller read. SessionNotFound."""
    row = await lock(tx, session_id)
    must_match(if_match, row.version)
    return row


async def page(
    tx: Tx, principal: Principal, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` sessions in the order in which they are."""
    return await tx.rows(_page(filters, limit, tuple(after) if after else None), values(principal) | {"now": tx.now})


@lru_cache(maxsize=256)
def _page(filters: Filters, limit: int, after: tuple[Any, ...] | None) -> Select[Any]:
    clauses = narrowed(
        filters,
        Session,
        series=Course.series,
        starts_from=lambda at: Session.starts_at >= at,
        starts_before=lambda at: Session.starts_at < at,
        trained_by_me=_MINE,
        unclosed=is_unclosed(bindparam("now", type_=Session.ends_at.type)),
    )
    return in_order(_WHOLE.where(*clauses), (Session.starts_at, Session.id), limit, after)


async def unclosed(tx: Tx, since: datetime) -> Sequence[Row[Any]]:
    """The sessions that have ended since an instant, and are neither closed nor called off, the oldest first."""
    late = is_unclosed(tx.now), Session.starts_at > since
    return await tx.rows(_WHOLE.where(*late).order_by(Session.starts_at, Session.id))


async def ends_of_planned(tx: Tx, since: datetime) -> Sequence[datetime]:
    """When sessions end, or have ended, that began after an instant and are neither closed nor called off."""
    planned = select(Session.ends_at).where(Session.status == Status.PLANNED, Session.starts_at > since)
    return [row.ends_at for row in await tx.rows(planned)]


def is_unclosed(now: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    """It is over, and nobody has closed its register."""
    return and_(Session.status == Status.PLANNED, Session.ends_at <= now)


async def holds(tx: Tx, principal: Principal, reach: Reach, session_id: UUID) -> bool:
    """Whether the grants reach this session's own business: all of them, or as one of its trainers."""
    if reach.view(Scope.ALL):
        return True
    if reach.view(Scope.ASSIGNED) is None or Role.TRAINER not in principal.roles:
        return False
    named = select(SessionTrainer.subject).where(
        SessionTrainer.session_id == session_id, SessionTrainer.subject == principal.subject
    )
    return await tx.scalar(named) is not None


async def must_hold(tx: Tx, principal: Principal, reach: Reach, session_id: UUID) -> None:
    """NotYourSession where the grants do not reach this session's own business."""
    if not await holds(tx, principal, reach, session_id):
        raise NotYourSession("This is for its trainers, and for a training manager.")


def kept_of(row: Row[Any]) -> tuple[Kept, ...]:
    """The places kept at a session."""
    return tuple(Kept(one["agency_id"], one["places"], _day(one["released_on"])) for one in row.kept)


def places_of(row: Row[Any], now: datetime, taken: Mapping[str, int] | None = None) -> Places:
    """The places of a session at an instant, as its bookings stand."""
    return Places(row.places or 0, row.taken if taken is None else taken, kept_of(row), now)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise SessionNotFound("There is no such session.")
    return row
