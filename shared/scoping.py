"""Row scope in one place: what of a table a caller's grants reach, how a list of it is narrowed, and paged, newest first."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    false,
    func,
    literal,
    not_,
    or_,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import QueryableAttribute

from shared.policy import Principal, Reach, Scope

AGENCIES = bindparam("agencies", type_=ARRAY(Text))
"""The agencies whose rows are the caller's own: the value that every scoped statement needs."""

SUBJECT = bindparam("subject", type_=Text)
"""Who calls: the value that statements need whose rows are assigned to persons."""


def values(principal: Principal) -> dict[str, Any]:
    """The values of `AGENCIES` and `SUBJECT` for this caller."""
    return {"agencies": list(principal.agencies), "subject": principal.subject}


def within(reach: Reach, own: ColumnElement[bool], assigned: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """The clause that keeps all rows, those for which `own` or `assigned` holds, or none.

    An empty scope means nothing, never everything.
    """
    if reach.view(Scope.ALL):
        return func.cardinality(AGENCIES) > 0
    held = [own] if reach.view(Scope.OWN) else []
    if reach.view(Scope.ASSIGNED) and assigned is not None:
        held.append(assigned)
    return and_(or_(*held), func.cardinality(AGENCIES) > 0) if held else false()


def of_one_agency(principal: Principal, reach: Reach) -> bool:
    """Whether a list holds one agency's own rows alone, so that its narrow table of parties can be walked in order."""
    return reach.view(Scope.ALL) is None and reach.view(Scope.OWN) is not None and len(principal.agencies) == 1


def narrowed(filters: Any, table: Any, **meanings: Any) -> list[ColumnElement[bool]]:
    """The clauses of those filters of a list that are set, a dataclass whose fields are None where they leave it open.

    A filter is what the table's column of its name is; or what is said here: another column, a condition that holds
    or does not, or a function that makes a clause of it.
    """
    clauses: list[ColumnElement[bool]] = []
    for field in fields(filters):
        wanted = getattr(filters, field.name)
        if wanted is None:
            continue
        meaning = meanings.get(field.name)
        if meaning is None:
            meaning = getattr(table, field.name)
        if isinstance(meaning, QueryableAttribute | ColumnClause):
            clauses.append(meaning == wanted)
        elif isinstance(meaning, ColumnElement):
            clauses.append(meaning if wanted else not_(func.coalesce(meaning, false())))
        else:
            clauses.append(meaning(wanted))
    return clauses


def in_order(statement: Select[Any], place: Sequence[Any], limit: int, after: Sequence[Any] | None) -> Select[Any]:
    """Up to `limit + 1` rows after a position, the smallest first."""
    ordered = statement.order_by(*place).limit(limit + 1)
    return ordered if after is None else ordered.where(tuple_(*place) > tuple_(*map(literal, after)))


def newest_first(
    statement: Select[Any], at: Any, identity: Any, limit: int, after: Sequence[Any] | None
) -> Select[Any]:
    """Up to `limit + 1` rows after a position, the last instant first."""
    ordered = statement.order_by(at.desc(), identity.desc()).limit(limit + 1)
    if after is None:
        return ordered
    return ordered.where(tuple_(at, identity) < tuple_(literal(after[0]), literal(after[1])))
