"""Walks threads. Each record is seen by whom its own service would show it to, and what is hidden ends the walk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import aliased

from services.governance.threads.domain import Chart, Kind, Station, Way
from services.governance.threads.models import ThreadLink, ThreadRecord, ThreadStep
from shared import policy
from shared.db import Tx
from shared.policy import Principal, Scope, View
from shared.problems import NotFound
from shared.reference import LENIENT, Record, read
from shared.reference import Text as Said

PATH = Path(__file__).parents[1] / "data" / "threads.yaml"
MOST_RECORDS = 2_000  # of one thread
MOST_WAYS = 10_000

_EVERYBODYS, _OWN, _AGENCIES = (bindparam(name, type_=ARRAY(Text)) for name in ("everybodys", "own", "agencies"))


class ThreadNotFound(NotFound):
    """No record stands on a thread under that noun and id, or none that the caller may see."""

    code = "thread_not_found"
    cure = "Begin with a record that your agency may read; not with your booking, but with its session."


class _KindRow(Record):
    type: Said
    read: Said
    path: Said
    station: Annotated[Station, LENIENT] | None
    whose: Said | None = None


class _File(Record):
    patience_days: int
    source: Said
    verified: bool
    effective_from: date
    kinds: list[_KindRow]
    events: dict[str, Annotated[Station, LENIENT]]
    undone: list[str]
    aside: list[str]


@lru_cache(maxsize=1)
def file() -> _File:
    """What the suite says of threads, as its data have it."""
    return read(PATH, _File)


@lru_cache(maxsize=1)
def whose() -> Mapping[str, str]:
    """The nouns whose records may pass from one agency to another, each with the field of its events that says whose they are."""
    return {row.type: row.whose for row in file().kinds if row.whose}


@lru_cache(maxsize=1)
def chart() -> Chart:
    """The nouns and events of threads."""
    kinds = {row.type: Kind(row.type, row.read, row.path, row.station) for row in file().kinds}
    return Chart(kinds, file().events)


@dataclass(frozen=True)
class Sight:
    """What somebody may see of threads: nouns of which she sees all records, and those of which her agencies' own."""

    views: Mapping[str, Mapping[Scope, View]]
    agencies: tuple[str, ...]

    @classmethod
    def of(cls, principal: Principal) -> "Sight":
        """By the policy of each noun's own service, and the scopes of the token."""
        reached = {one.type: dict(policy.reach(principal, policy.ACTIONS[one.read]).views) for one in _readable()}
        return cls(reached, principal.agencies)

    def view(self, record_type: str, agency_ids: Sequence[str]) -> View:
        """How much of a visible record she sees."""
        held = self.views[record_type]
        own = set(agency_ids) & set(self.agencies)
        found = [held[scope] for scope in (Scope.ALL, Scope.OWN) if scope in held and (scope is Scope.ALL or own)]
        return max(found, key=lambda view: view.width)

    @property
    def values(self) -> dict[str, Any]:
        """The values that the statements need."""
        everybodys = sorted(one for one, held in self.views.items() if Scope.ALL in held)
        own = sorted(one for one, held in self.views.items() if Scope.OWN in held)
        return {"everybodys": everybodys, "own": own, "agencies": list(self.agencies)}


def _readable() -> Sequence[Kind]:
    return [kind for kind in chart().kinds.values() if kind.read in policy.ACTIONS]


def visible(record: Any) -> ColumnElement[bool]:
    """The clause that keeps what the caller may see."""
    own = and_(record.type == any_(_OWN), record.agency_ids.op("&&")(_AGENCIES))
    return or_(record.type == any_(_EVERYBODYS), own)


def _walk(name: str, *, onward: bool) -> Any:
    """The records that can be reached from one, over visible ones, along the links or against them; itself among them."""
    first = select(ThreadRecord.type, ThreadRecord.id).where(
        ThreadRecord.type == bindparam("type"), ThreadRecord.id == bindparam("id"), visible(ThreadRecord)
    )
    walk = first.cte(name, recursive=True)
    cause, effect = (ThreadLink.cause_type, ThreadLink.cause_id), (ThreadLink.effect_type, ThreadLink.effect_id)
    here, there = (cause, effect) if onward else (effect, cause)
    following = (
        select(ThreadRecord.type, ThreadRecord.id)
        .join(ThreadLink, and_(ThreadRecord.type == there[0], ThreadRecord.id == there[1]))
        .join(walk, and_(walk.c.type == here[0], walk.c.id == here[1]))
        .where(visible(ThreadRecord))
    )
    return walk.union(following)


def _thread() -> Select[Any]:
    before, after = _walk("before", onward=False), _walk("after", onward=True)
    found = union(
        select(before.c.type, before.c.id, literal("before").label("side")),
        select(after.c.type, after.c.id, literal("after").label("side")),
    ).subquery("found")
    sides = (
        select(found.c.type, found.c.id, func.array_agg(found.c.side).label("sides"))
        .group_by(found.c.type, found.c.id)
        .subquery("sides")
    )
    step = func.json_build_object("event_type", ThreadStep.event_type, "at", ThreadStep.at)
    steps = (
        select(func.json_agg(aggregate_order_by(step, ThreadStep.at, ThreadStep.event_id)))
        .where(ThreadStep.type == ThreadRecord.type, ThreadStep.id == ThreadRecord.id)
        .scalar_subquery()
    )
    links = (
        select(func.json_agg(func.json_build_array(ThreadLink.cause_type, ThreadLink.cause_id)))
        .where(ThreadLink.effect_type == ThreadRecord.type, ThreadLink.effect_id == ThreadRecord.id)
        .scalar_subquery()
    )
    return (
        select(*ThreadRecord.__table__.c, sides.c.sides, steps.label("steps"), links.label("causes"))
        .join(sides, and_(sides.c.type == ThreadRecord.type, sides.c.id == ThreadRecord.id))
        .order_by(ThreadRecord.begun_at, ThreadRecord.type, ThreadRecord.id)
        .limit(MOST_RECORDS + 1)
    )


THREAD = _thread()


async def thread(tx: Tx, principal: Principal, record_type: str, record_id: str) -> Sequence[Row[Any]]:
    """The records before and after one, with their steps and causes, the first begun first. ThreadNotFound."""
    values = Sight.of(principal).values | {"type": record_type, "id": record_id}
    rows = await tx.rows(THREAD, values)
    if not rows:
        raise ThreadNotFound("No such record stands on a thread, or it is not for you to see.")
    return rows


@dataclass(frozen=True)
class Filters:
    """Which ways: those that began at a station within a period, for a body, about an agency or a theme."""

    first: Station
    begun_from: datetime
    begun_before: datetime
    body_id: str | None = None
    agency_id: str | None = None
    theme: str | None = None


def _ways(filters: Filters) -> Select[Any]:
    begun = select(ThreadRecord.type, ThreadRecord.id).where(
        ThreadRecord.type == any_(bindparam("types", type_=ARRAY(Text))),
        ThreadRecord.begun_at >= filters.begun_from,
        ThreadRecord.begun_at < filters.begun_before,
        visible(ThreadRecord),
        ~exists().where(
            ThreadStep.type == ThreadRecord.type,
            ThreadStep.id == ThreadRecord.id,
            ThreadStep.event_type == any_(bindparam("undone", type_=ARRAY(Text))),
        ),
    )
    if filters.body_id:
        begun = begun.where(ThreadRecord.body_id == filters.body_id)
    if filters.agency_id:
        begun = begun.where(literal(filters.agency_id) == any_(ThreadRecord.agency_ids))
    if filters.theme:
        begun = begun.where(literal(filters.theme) == any_(ThreadRecord.themes))
    origin = begun.order_by(ThreadRecord.begun_at, ThreadRecord.id).limit(MOST_WAYS).subquery("origin")
    walk = select(origin.c.type.label("from_type"), origin.c.id.label("from_id"), origin.c.type, origin.c.id).cte(
        "walk", recursive=True
    )
    following = (
        select(walk.c.from_type, walk.c.from_id, ThreadRecord.type, ThreadRecord.id)
        .join(ThreadLink, tuple_(ThreadLink.cause_type, ThreadLink.cause_id) == tuple_(walk.c.type, walk.c.id))
        .join(
            ThreadRecord,
            and_(ThreadRecord.type == ThreadLink.effect_type, ThreadRecord.id == ThreadLink.effect_id),
        )
        .where(visible(ThreadRecord))
    )
    walk = walk.union(following)
    first, one = aliased(ThreadRecord), ThreadRecord
    return (
        select(
            walk.c.from_type,
            walk.c.from_id,
            first.begun_at,
            first.agency_ids,
            first.body_id,
            first.themes,
            func.max(one.last_at).label("last_at"),
            func.array_agg(one.type.distinct()).label("types"),
            func.array_agg(ThreadStep.event_type.distinct()).label("event_types"),
        )
        .select_from(walk)
        .join(one, and_(one.type == walk.c.type, one.id == walk.c.id))
        .join(first, and_(first.type == walk.c.from_type, first.id == walk.c.from_id))
        .join(ThreadStep, and_(ThreadStep.type == one.type, ThreadStep.id == one.id))
        .group_by(walk.c.from_type, walk.c.from_id, first.type, first.id)
        .order_by(first.begun_at, first.id)
    )


async def ways(tx: Tx, principal: Principal, filters: Filters) -> list[Way]:
    """How far each of these has come, the first begun first; at most `MOST_WAYS`."""
    types = sorted(kind.type for kind in chart().kinds.values() if kind.station is filters.first)
    rows = await tx.rows(_ways(filters), Sight.of(principal).values | {"types": types, "undone": file().undone})
    return [_way(row) for row in rows]


def _way(row: Row[Any]) -> Way:
    own = [chart().stations(one, ()) for one in row.types]
    return Way(
        record_type=row.from_type,
        record_id=row.from_id,
        begun_at=row.begun_at,
        last_at=row.last_at,
        stations=frozenset().union(*own, chart().stations("", row.event_types)),
        agency_ids=tuple(row.agency_ids),
        body_id=row.body_id,
        themes=tuple(row.themes),
    )
