"""Reads actions: whose they are, which are late or waiting, and everything that was said, shown and signed about one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.governance.actions.domain import OPEN, RUNNING, WORK, Status
from services.governance.actions.models import (
    Action,
    ActionEntry,
    ActionUpdate,
    DriftDecision,
    DueDate,
    Evidence,
    Signature,
)
from services.governance.bodies.models import BodyRow
from services.governance.memberships import queries as memberships
from services.governance.plans.domain import Phase
from shared import policy
from shared.days import today
from shared.db import Tx, gathered
from shared.history import History
from shared.policy import Principal, Reach, Scope
from shared.policy import governance_actions as actions
from shared.prepared import Prepared
from shared.problems import NotFound
from shared.scoping import AGENCIES, narrowed, newest_first, values, within

HISTORY = History(Action, ActionEntry)

PERSON: ColumnElement[UUID] = bindparam("person", type_=Uuid)
ALL = tuple(Action.__table__.c)


class ActionNotFound(NotFound):
    """There is no such action, or the caller may not know of it."""

    code = "action_not_found"


def stale() -> ColumnElement[bool]:
    """Whether what somebody has signed has changed since."""
    now = case((Signature.phase.in_([Phase.IMPACT, Phase.CLOSING]), Action.impact_sha256), else_=Action.activity_sha256)
    return exists().where(Signature.action_id == Action.id, Signature.set_aside_at.is_(None), Signature.sha256 != now)


SHOWN = (*ALL, stale().label("stale"))
FILE = tuple(
    gathered(table, table.action_id == Action.id, table.id).label(name)
    for name, table in (
        ("entries", ActionEntry),
        ("updates", ActionUpdate),
        ("evidence", Evidence),
        ("due_dates", DueDate),
        ("signatures", Signature),
        ("decisions", DriftDecision),
    )
)


def overdue(day: date) -> ColumnElement[bool]:
    """Whether the owner is late: her date is over, and no body had the claim before it was."""
    handed_over = func.coalesce(Action.waiting_since, day) > Action.late_after
    return and_(Action.status.in_(sorted(RUNNING)), handed_over)


def drifting(day: date) -> ColumnElement[bool]:
    """Overdue, or moved later more often than the rule tolerates, which stands on the row."""
    return or_(overdue(day), Action.drifting_since.is_not(None))


def visible(reach: Reach, day: date) -> ColumnElement[bool]:
    """What a reader sees: all; her agency's and her own; and what a body on which she sits owns or signs."""
    own = within(reach, Action.lead_agency_id == any_(AGENCIES), Action.owner_id == PERSON)
    seated = memberships.seated(PERSON, Action.body_ids, day) if reach.view(Scope.BODY) else false()
    return or_(own, and_(seated, func.cardinality(AGENCIES) > 0))


def asked_by(principal: Principal) -> dict[str, Any]:
    """The values that every scoped statement needs; a system is no person, and sits nowhere."""
    return values(principal) | {"person": memberships.person(principal)}


def reading(principal: Principal) -> Reach:
    """How far somebody may read actions, whatever else she does."""
    return policy.reach(principal, actions.READ_ACTION)


def _one(reach: Reach, day: date) -> Select[Any]:
    return select(*SHOWN).where(Action.id == bindparam("id"), visible(reach, day))


@lru_cache(maxsize=64)
def _read(reach: Reach, day: date) -> Prepared:
    return Prepared(_one(reach, day))


@lru_cache(maxsize=64)
def _read_with_file(reach: Reach, day: date) -> Prepared:
    return Prepared(_one(reach, day).add_columns(*FILE))


@lru_cache(maxsize=64)
def _lock(reach: Reach, day: date) -> Prepared:
    return Prepared(_one(reach, day).with_for_update(of=Action))


async def get(tx: Tx, principal: Principal, action_id: UUID) -> Row[Any]:
    """One action. ActionNotFound where there is none to be seen."""
    statement = _read(reading(principal), today(tx.now))
    return _found(await tx.row(statement, asked_by(principal) | {"id": action_id}))


async def with_file(tx: Tx, principal: Principal, action_id: UUID) -> Row[Any]:
    """One action with everything that was said, shown, signed and done about it, oldest first. ActionNotFound as with `get`."""
    statement = _read_with_file(reading(principal), today(tx.now))
    return _found(await tx.row(statement, asked_by(principal) | {"id": action_id}))


async def for_update(tx: Tx, principal: Principal, action_id: UUID) -> Row[Any]:
    """One action, locked until the transaction ends. ActionNotFound as with `get`."""
    statement = _lock(reading(principal), today(tx.now))
    return _found(await tx.row(statement, asked_by(principal) | {"id": action_id}))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise ActionNotFound("There is no such action that you may see.")
    return row


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open. `mine` are the caller's own and those of her agency that wait for her."""

    status: Status | None = None
    open: bool | None = None
    mine: bool | None = None
    lead_agency_id: str | None = None
    owner_id: UUID | None = None
    body_id: str | None = None
    plan_id: UUID | None = None
    area_code: str | None = None
    source_type: str | None = None
    source_id: str | None = None
    theme: str | None = None
    overdue: bool | None = None
    drifting: bool | None = None
    stale: bool | None = None
    update_missing: bool | None = None
    waiting_for: str | None = None
    due_before: date | None = None


def filtered(filters: Filters, day: date) -> list[ColumnElement[bool]]:
    """The clauses of the filters that are set."""
    running = Action.status.in_(sorted(RUNNING))
    return narrowed(
        filters,
        Action,
        body_id=lambda body_id: Action.body_ids.contains([body_id]),
        due_before=lambda on: Action.due_on < on,
        open=Action.status.in_(sorted(OPEN)),
        mine=Action.owner_id.is_not_distinct_from(PERSON),
        overdue=overdue(day),
        drifting=and_(running, drifting(day)),
        stale=stale(),
        update_missing=and_(running, Action.update_by < day),
    )


def _listed(reach: Reach, filters: Filters, day: date, columns: Sequence[Any]) -> Select[Any]:
    return select(*columns).where(visible(reach, day), *filtered(filters, day))


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` actions, newest first, after a position."""
    statement = _page(reach, filters, today(tx.now), limit, tuple(after) if after else None)
    return await tx.rows(statement, asked_by(principal))


@lru_cache(maxsize=256)
def _page(reach: Reach, filters: Filters, day: date, limit: int, after: tuple[Any, ...] | None) -> Select[Any]:
    return newest_first(_listed(reach, filters, day, SHOWN), Action.proposed_at, Action.id, limit, after)


async def counts(tx: Tx, principal: Principal, reach: Reach, filters: Filters) -> Sequence[Row[Any]]:
    """How many by status and by the body that they wait for; how many of them overdue, drifting, stale, without update."""
    day = today(tx.now)
    runs = Action.status.in_(sorted(RUNNING))
    columns = [
        Action.status,
        Action.waiting_for,
        func.count().label("number"),
        func.count().filter(overdue(day)).label("overdue"),
        func.count().filter(and_(runs, drifting(day))).label("drifting"),
        func.count().filter(stale()).label("stale"),
        func.count().filter(and_(runs, Action.update_by < day)).label("update_missing"),
    ]
    statement = _listed(reach, filters, day, columns).group_by(Action.status, Action.waiting_for)
    return await tx.rows(statement.order_by(Action.status, Action.waiting_for), asked_by(principal))


_NAMES = Prepared(select(BodyRow.id, BodyRow.name).where(BodyRow.id == any_(bindparam("ids", type_=ARRAY(Text)))))


async def names_of(tx: Tx, body_ids: set[str]) -> Mapping[str, str]:
    """What bodies are called."""
    if not body_ids:
        return {}
    return {row.id: row.name for row in await tx.rows(_NAMES, {"ids": sorted(body_ids)})}


async def open_of_body(tx: Tx, body_id: str) -> Sequence[Row[Any]]:
    """A body's own actions that are not over, those first that are due first. The caller has seen the body's business."""
    statement = select(*ALL).where(Action.body_id == body_id, Action.status.in_(sorted(OPEN)))
    return await tx.rows(statement.order_by(Action.due_on.nulls_last(), Action.id))


async def evidence_of(tx: Tx, action_id: UUID) -> Sequence[Row[Any]]:
    """What shows what was done and what changed by it, without what was withdrawn."""
    standing = (Evidence.action_id == action_id, Evidence.withdrawn_at.is_(None))
    return await tx.rows(select(*Evidence.__table__.c).where(*standing).order_by(Evidence.id))


async def workers(tx: Tx, action_id: UUID) -> set[str]:
    """Who has worked on an action, and so signs nothing of it."""
    worked = select(ActionEntry.actor).where(ActionEntry.action_id == action_id, ActionEntry.did.in_(sorted(WORK)))
    return {row.actor for row in await tx.rows(worked.distinct())}


async def signatures_in_force(tx: Tx, action_id: UUID) -> Sequence[Row[Any]]:
    """The signatures behind which the action has not gone back."""
    in_force = (Signature.action_id == action_id, Signature.set_aside_at.is_(None))
    return await tx.rows(select(*Signature.__table__.c).where(*in_force).order_by(Signature.id))


async def of_source(tx: Tx, source_type: str, source_id: str) -> Row[Any] | None:
    """The action that came of a record elsewhere, locked."""
    statement = select(*ALL).where(Action.source_type == source_type, Action.source_id == source_id).limit(1)
    return await tx.row(statement.with_for_update())


def as_at(row: Any, now: datetime) -> date:
    """The day as of which an action's delay is told: today, or the day on which it was closed."""
    return today(row.closed_at if row.status == Status.CLOSED and row.closed_at else now)
