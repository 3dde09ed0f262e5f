"""Reads escalations: who may see which, how much of each, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
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
    true,
    tuple_,
    union,
)
from sqlalchemy.orm import aliased

from services.escalations.children.models import Child, ChildIdentifier, Concerned
from services.escalations.escalations.domain import LEFT, Related
from services.escalations.escalations.models import Escalation, HistoryEntry, Party
from services.escalations.stages.models import ClockEntry, StageEntry
from shared.db import Tx
from shared.plumbing import INSTANT
from shared.policy import Principal, Reach, Scope, View
from shared.prepared import Prepared
from shared.problems import NotFound
from shared.scoping import AGENCIES


class EscalationNotFound(NotFound):
    """There is no such escalation, or the caller may not know of it."""

    code = "escalation_not_found"


MOST_RELATED = 50


def _of_party(matter: Any) -> ColumnElement[bool]:
    return exists().where(Party.escalation_id == matter.id, Party.agency_id == any_(AGENCIES))


IS_PARTY = _of_party(Escalation)


def visible_to(reach: Reach, matter: Any = Escalation) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The clause that keeps the rows which these grants reach, and the column that says whether the caller is party.

    The statement needs the value `agencies`. A party sees the row identified; anybody else as the grant for the
    row's other scopes says.
    """
    ours = _of_party(matter)
    with_partners = matter.stage_decided_by.is_not(None)
    clauses: list[ColumnElement[bool]] = []
    if reach.view(Scope.ALL):
        return true(), ours if reach.view(Scope.OWN) else false()
    if reach.view(Scope.OWN):
        clauses.append(ours)
    if reach.view(Scope.BODY):
        clauses.append(with_partners)
    if reach.view(Scope.ASSIGNED):
        clauses.append(with_partners & matter.status.not_in(LEFT))
    return or_(false(), *clauses), ours if reach.view(Scope.OWN) else false()


def view_of(row: Row[Any], reach: Reach) -> View:
    """The widest view of a row that these grants give."""
    if row.is_party:
        return reach.view(Scope.OWN) or View.ANONYMISED
    scopes = (Scope.ALL, Scope.BODY, Scope.ASSIGNED) if row.stage_decided_by else (Scope.ALL,)
    others = [reach.view(scope) for scope in scopes]
    return max((view for view in others if view), key=lambda view: view.width, default=View.ANONYMISED)


LISTED = (
    Escalation.id,
    Escalation.reference,
    Escalation.kind,
    Escalation.status,
    Escalation.priority,
    Escalation.primary_theme,
    Escalation.stage_order,
    Escalation.stage_decided_by,
    Escalation.raising_agency_id,
    Escalation.raising_name,
    Escalation.receiving_agency_id,
    Escalation.receiving_name,
    Escalation.raised_at,
    Escalation.due_at,
    Escalation.resolved_at,
    Escalation.closed_at,
    Escalation.version,
)


def _children(is_party: ColumnElement[bool]) -> Any:
    """The children of a matter; for a party with the sealed identifiers that were given with it."""
    identifier = func.json_build_object(
        "type", ChildIdentifier.type,
        "pseudonym", ChildIdentifier.pseudonym,
        "sealed", func.encode(ChildIdentifier.sealed, "base64"),
    )  # fmt: skip
    given = (
        select(func.json_agg(identifier))
        .where(ChildIdentifier.pseudonym == any_(Concerned.given))
        .correlate(Concerned)
        .scalar_subquery()
    )
    child = func.json_build_object(
        "sealed", case((is_party, given)),
        "child_id", Concerned.child_id,
        "pseudonym", Concerned.pseudonym,
        "age_band", Concerned.age_band,
        "level_of_need", Concerned.level_of_need,
        "statuses", Concerned.statuses,
    )  # fmt: skip
    return (
        select(func.coalesce(func.json_agg(child), func.json_build_array()))
        .where(Concerned.escalation_id == Escalation.id)
        .scalar_subquery()
    )


def _aggregated(table: Any, *order: Any) -> Any:
    one = select(table).where(table.escalation_id == Escalation.id).order_by(*order).correlate(Escalation).subquery()
    return select(
        func.coalesce(func.json_agg(func.row_to_json(one.table_valued())), func.json_build_array())
    ).scalar_subquery()


WHOLE = (
    *Escalation.__table__.c,
    _aggregated(StageEntry, StageEntry.number).label("stages"),
    _aggregated(ClockEntry, ClockEntry.stage_number, ClockEntry.due_at).label("clocks"),
)


@lru_cache(maxsize=64)
def _relating(reach: Reach) -> Prepared:
    """What the matter `id` counters or is countered by, then others about a child of it; as far as these grants reach."""
    matter, other = bindparam("id", type_=Uuid()), aliased(Escalation, name="other")
    same = select(Concerned.child_id).where(Concerned.escalation_id == matter).cte("same", recursive=True)
    met = or_(Child.id == same.c.child_id, Child.merged_into == same.c.child_id)  # up and down confirmed merges
    further = case((Child.id == same.c.child_id, func.coalesce(Child.merged_into, Child.id)), else_=Child.id)
    same = same.union(select(further).join(same, met))
    found = union(
        select(Escalation.counter_to.label("id")).where(Escalation.id == matter),
        select(Escalation.id).where(Escalation.counter_to == matter),
        select(Concerned.escalation_id).where(Concerned.child_id.in_(select(same.c.child_id))),
    ).subquery("found")
    counters = select(Escalation.counter_to).where(Escalation.id == matter).scalar_subquery()
    how = case(
        (other.id == counters, Related.COUNTERS),
        (other.counter_to == matter, Related.COUNTERED_BY),
        else_=Related.SAME_CHILD,
    )
    clause, is_party = visible_to(reach, other)
    seen = (other.id, other.reference, other.raised_at, how.label("how"), other.stage_decided_by)
    listed = select(*seen, is_party.label("is_party")).where(
        other.id.in_(select(found.c.id)), other.id != matter, clause
    )
    ordered = listed.order_by(how == Related.SAME_CHILD, other.raised_at.desc(), other.id.desc())
    return Prepared(ordered.limit(MOST_RELATED))


async def related(tx: Tx, principal: Principal, reach: Reach, escalation_id: UUID) -> Sequence[Any]:
    """Up to 50 matters that are related to one, and to be seen."""
    return await tx.fetch(_relating(reach), {"id": escalation_id, "agencies": list(principal.agencies)})


@lru_cache(maxsize=64)
def reading(reach: Reach) -> Prepared:
    """The statement that reads one escalation for these grants."""
    clause, is_party = visible_to(reach)
    wanted = Escalation.id == bindparam("id"), clause, func.cardinality(AGENCIES) > 0
    columns = (*WHOLE, _children(is_party).label("children"), is_party.label("is_party"))
    return Prepared(select(*columns).where(*wanted))


async def get(tx: Tx, principal: Principal, reach: Reach, escalation_id: UUID) -> Any:
    """One escalation with its children, stages and clocks. EscalationNotFound where there is none to be seen."""
    rows = await tx.fetch(reading(reach), {"id": escalation_id, "agencies": list(principal.agencies)})
    if not rows:
        raise EscalationNotFound("There is no such escalation that you may see.")
    return rows[0]


async def history(tx: Tx, escalation_id: UUID) -> Any:
    """What was done to an escalation, oldest first. The caller has seen that the row is visible."""
    statement = select(*HistoryEntry.__table__.c).where(HistoryEntry.escalation_id == escalation_id)
    return await tx.rows(statement.order_by(HistoryEntry.id))


@lru_cache(maxsize=64)
def _locking(reach: Reach) -> Select[Any]:
    """The statement that locks one escalation for these grants, built once."""
    clause, is_party = visible_to(reach)
    wanted = Escalation.id == bindparam("id"), clause, func.cardinality(AGENCIES) > 0
    return select(*Escalation.__table__.c, is_party.label("is_party")).where(*wanted).with_for_update(of=Escalation)


_LOCKED = select(*Escalation.__table__.c).where(Escalation.id == bindparam("id")).with_for_update()


async def for_update(tx: Tx, principal: Principal, reach: Reach, escalation_id: UUID) -> Row[Any]:
    """One escalation, locked until the transaction ends. EscalationNotFound as with `get`."""
    row = await tx.row(_locking(reach), {"id": escalation_id, "agencies": list(principal.agencies)})
    if row is None:
        raise EscalationNotFound("There is no such escalation that you may see.")
    return row


async def locked(tx: Tx, escalation_id: UUID) -> Row[Any]:
    """One escalation, locked, for what nobody asks for: time, or a letter that is answered."""
    return (await tx.execute(_LOCKED, {"id": escalation_id})).one()


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    status: str | None = None
    kind: str | None = None
    priority: str | None = None
    theme: str | None = None
    raising_agency_id: str | None = None
    receiving_agency_id: str | None = None
    raised_from: datetime | None = None
    raised_before: datetime | None = None
    overdue: bool | None = None


EQUAL = {
    "status": Escalation.status,
    "kind": Escalation.kind,
    "priority": Escalation.priority,
    "theme": Escalation.primary_theme,
    "raising_agency_id": Escalation.raising_agency_id,
    "receiving_agency_id": Escalation.receiving_agency_id,
}
OVERDUE = and_(Escalation.due_at.is_not(None), Escalation.due_at < bindparam("now", type_=INSTANT))


def _clauses(filters: Filters) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = [
        column == bindparam(name) for name, column in EQUAL.items() if getattr(filters, name) is not None
    ]
    if filters.raised_from:
        clauses.append(Escalation.raised_at >= bindparam("raised_from", type_=INSTANT))
    if filters.raised_before:
        clauses.append(Escalation.raised_at < bindparam("raised_before", type_=INSTANT))
    if filters.overdue is not None:
        clauses.append(OVERDUE if filters.overdue else ~func.coalesce(OVERDUE, false()))
    return clauses


_LISTINGS: dict[object, Prepared] = {}


def _listing(reach: Reach, filters: Filters, *, own_only: bool, further: bool) -> Prepared:
    """The statement of a page, built once for each shape: which grants, which filters, first page or further one."""
    shape = (reach, own_only, further, filters.overdue, tuple(v is None for v in vars(filters).values()))
    if shape not in _LISTINGS:
        raised, identity = (Party.raised_at, Party.escalation_id) if own_only else (Escalation.raised_at, Escalation.id)
        if own_only:
            joined = select(*LISTED, true().label("is_party")).select_from(Party)
            statement = joined.join(Escalation, Escalation.id == Party.escalation_id)
            statement = statement.where(Party.agency_id == bindparam("agency_id"))
        else:
            clause, is_party = visible_to(reach)
            statement = select(*LISTED, is_party.label("is_party")).where(clause, func.cardinality(AGENCIES) > 0)
        statement = (
            statement.where(*_clauses(filters)).order_by(raised.desc(), identity.desc()).limit(bindparam("most"))
        )
        if further:
            after = (bindparam("after_at", type_=INSTANT), bindparam("after_id", type_=Uuid()))
            statement = statement.where(tuple_(raised, identity) < tuple_(*after))
        _LISTINGS[shape] = Prepared(statement)
    return _LISTINGS[shape]


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Any]:
    """Up to `limit + 1` escalations, newest first, after a position; the caller's own come by the narrow party table."""
    own_only = [scope for scope, _ in reach.views] == [Scope.OWN] and len(principal.agencies) == 1
    listing = _listing(reach, filters, own_only=own_only, further=after is not None)
    values = vars(filters) | {
        "agencies": list(principal.agencies),
        "agency_id": principal.agency_id,
        "now": tx.now,
        "most": limit + 1,
        "after_at": after[0] if after else None,
        "after_id": after[1] if after else None,
    }
    return await tx.fetch(listing, {name: value for name, value in values.items() if value is not None})
