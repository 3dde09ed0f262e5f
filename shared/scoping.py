"""Row scope in one place: what of a table a caller's grants reach, how a list of it is narrowed, and paged, newest first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, false, func, literal, not_, or_, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

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


def equal(filters: object, *columns: Any) -> list[ColumnElement[bool]]:
    """The clauses that keep what has the value of each filter that is set; a filter is called as its column is."""
    given = ((column, getattr(filters, column.key)) for column in columns)
    return [column == value for column, value in given if value is not None]


def whether(*asked: tuple[ColumnElement[bool], bool | None]) -> list[ColumnElement[bool]]:
    """The clauses that keep what is so, or what is not, where that is asked; what is unknown is not so."""
    given = [(clause, wanted) for clause, wanted in asked if wanted is not None]
    return [clause if wanted else not_(func.coalesce(clause, false())) for clause, wanted in given]


def newest_first(
    statement: Select[Any], at: Any, identity: Any, limit: int, after: Sequence[Any] | None
) -> Select[Any]:
    """Up to `limit + 1` rows after a position, the last instant first."""
    ordered = statement.order_by(at.desc(), identity.desc()).limit(limit + 1)
    if after is None:
        return ordered
    return ordered.where(tuple_(at, identity) < tuple_(literal(after[0]), literal(after[1])))
