"""Reads the log of challenges, newest first. An agency sees those to it, and its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, any_, false, func, literal, or_, select

from services.governance.challenges.domain import OVER, WAITS_FOR, Status
from services.governance.challenges.models import Challenge, ChallengeEntry
from shared.days import today
from shared.db import Tx
from shared.history import History
from shared.policy import Principal, Reach, Scope
from shared.problems import NotFound
from shared.scoping import AGENCIES, narrowed, newest_first, values

HISTORY = History(Challenge, ChallengeEntry, keeps=("due",))

ALL = tuple(Challenge.__table__.c)
LIVE = Challenge.status.not_in(OVER)


class ChallengeNotFound(NotFound):
    """There is no such challenge, or the caller may not know of it."""

    code = "challenge_not_found"


@dataclass(frozen=True)
class Filters:
    """What the log may be narrowed by; None leaves it open."""

    status: Status | None = None
    agency_id: str | None = None
    by_agency_id: str | None = None
    body_id: str | None = None
    overdue: bool | None = None
    to_recheck: bool | None = None
    live: bool | None = None
    made_from: datetime | None = None
    made_before: datetime | None = None


def visible(reach: Reach) -> ColumnElement[bool]:
    """The clause of those that a caller may see: who keeps the log, all; an agency, its own and those to it."""
    some = func.cardinality(AGENCIES) > 0
    if reach.view(Scope.ALL) or reach.view(Scope.BODY):
        return some
    own = or_(Challenge.agency_id == any_(AGENCIES), Challenge.by_agency_id == any_(AGENCIES))
    return and_(own, some) if reach.view(Scope.OWN) else and_(false(), some)


async def get(tx: Tx, principal: Principal, reach: Reach, challenge_id: UUID) -> Row[Any]:
    """One challenge. ChallengeNotFound where there is none to be seen."""
    statement = select(*ALL).where(Challenge.id == challenge_id, visible(reach))
    return _found(await tx.row(statement, values(principal)))


async def for_update(tx: Tx, principal: Principal, reach: Reach, challenge_id: UUID) -> Row[Any]:
    """One challenge, locked until the transaction ends. ChallengeNotFound as with `get`."""
    statement = select(*ALL).where(Challenge.id == challenge_id, visible(reach)).with_for_update()
    return _found(await tx.row(statement, values(principal)))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise ChallengeNotFound("There is no such challenge that you may see.")
    return row


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` challenges, newest first, after a position."""
    statement = select(*ALL).where(visible(reach), *_filtered(filters, today(tx.now)))
    return await tx.rows(newest_first(statement, Challenge.made_at, Challenge.id, limit, after), values(principal))


async def counts(tx: Tx, principal: Principal, reach: Reach) -> Mapping[str, Any]:
    """How many challenges there are: in each status, late, to be re-checked, and live ones to each agency."""
    day = today(tx.now)
    statement = select(
        func.count().filter(overdue(day)).label("overdue"), func.count().filter(to_recheck(day)).label("to_recheck")
    )
    row = await tx.row(statement.where(visible(reach)), values(principal))
    assert row is not None
    found: dict[str, Any] = row._asdict()
    for name, column, clause in (
        ("statuses", Challenge.status, visible(reach)),
        ("outcomes", Challenge.outcome, and_(visible(reach), Challenge.outcome.is_not(None))),
        ("impacts", Challenge.impact, and_(visible(reach), Challenge.impact.is_not(None))),
        ("live_by_agency", Challenge.agency_id, and_(visible(reach), LIVE)),
    ):
        grouped = select(column.label("code"), func.count().label("number")).where(clause).group_by(column)
        rows = await tx.rows(grouped.order_by(column), values(principal))
        found[name] = {one.code: one.number for one in rows}
    return found


def overdue(day: date) -> ColumnElement[bool]:
    """The clause of those whose last day is over."""
    return and_(Challenge.status.in_(WAITS_FOR), Challenge.due < literal(day))


def to_recheck(day: date) -> ColumnElement[bool]:
    """The clause of those whose day of re-checking has come."""
    return and_(Challenge.status == Status.CHANGED, Challenge.due <= literal(day))


def _filtered(filters: Filters, day: date) -> list[ColumnElement[bool]]:
    return narrowed(
        filters,
        Challenge,
        overdue=overdue(day),
        to_recheck=to_recheck(day),
        live=LIVE,
        made_from=lambda at: Challenge.made_at >= at,
        made_before=lambda at: Challenge.made_at < at,
    )
