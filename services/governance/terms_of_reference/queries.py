"""Reads terms of reference, and the rule of their review. Everybody with a token may: what a body is for is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Row, and_, exists, func, literal, select
from sqlalchemy.orm import aliased

from services.governance.bodies.domain import Kind
from services.governance.bodies.models import BodyRow
from services.governance.terms_of_reference.domain import Review
from services.governance.terms_of_reference.models import TermsOfReference
from shared.days import today
from shared.db import Tx
from shared.problems import NotFound
from shared.reference import LENIENT, Record, Text, read
from shared.scoping import narrowed, newest_first

PATH = Path(__file__).parents[1] / "data" / "terms_of_reference.yaml"

_next = aliased(TermsOfReference)
FOLLOWED = exists().where(_next.body_id == TermsOfReference.body_id, _next.number > TermsOfReference.number)
COLUMNS = (*TermsOfReference.__table__.c, FOLLOWED.label("followed"))


class TermsNotFound(NotFound):
    """No version of terms of reference has this id."""

    code = "terms_of_reference_not_found"
    cure = "Look in `/governance/v1/terms-of-reference`."


@dataclass(frozen=True)
class Filters:
    """Which versions; None leaves it open."""

    body_id: str | None = None
    current: bool | None = None
    overdue: bool | None = None


async def get(tx: Tx, terms_of_reference_id: UUID) -> Row[Any]:
    """One version. TermsNotFound."""
    row = await tx.row(select(*COLUMNS).where(TermsOfReference.id == terms_of_reference_id))
    if row is None:
        raise TermsNotFound("There are no such terms of reference.")
    return row


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` versions, the last adopted first, after a position."""
    late = and_(~FOLLOWED, TermsOfReference.review_due_on < literal(today(tx.now)))
    statement = select(*COLUMNS).where(*narrowed(filters, TermsOfReference, current=~FOLLOWED, overdue=late))
    return await tx.rows(newest_first(statement, TermsOfReference.adopted_on, TermsOfReference.id, limit, after))


async def last_of(tx: Tx, body_id: str) -> Row[Any] | None:
    """The last version that a body has adopted."""
    statement = select(*COLUMNS).where(TermsOfReference.body_id == body_id, ~FOLLOWED)
    return await tx.row(statement)


async def without(tx: Tx) -> Sequence[Row[Any]]:
    """The bodies of today whose terms are to be reviewed and that have none."""
    day = today(tx.now)
    kinds = [kind.value for kind in Kind if review_on(kind, day)]
    has = exists().where(TermsOfReference.body_id == BodyRow.id)
    statement = select(BodyRow.id, BodyRow.name, BodyRow.kind).where(
        BodyRow.kind.in_(kinds),
        func.coalesce(BodyRow.effective_from, day) <= day,
        func.coalesce(BodyRow.effective_to, day) >= day,
        ~has,
    )
    return await tx.rows(statement.order_by(BodyRow.id))


class _Version(Record):
    kinds: list[Annotated[Kind, LENIENT]]
    version: int
    months: int
    source: Text
    verified: bool
    effective_from: date
    effective_to: date | None


class _File(Record):
    reviews: list[_Version]


def review_on(kind: Kind, day: date) -> Review | None:
    """When bodies of this kind review their terms, by the rule in force on a day; None where they need not."""
    for version in _versions():
        in_force = version.effective_from <= day and (version.effective_to is None or day <= version.effective_to)
        if kind in version.kinds and in_force:
            return Review(rule=f"{kind}/{version.version}", months=version.months)
    return None


@lru_cache(maxsize=1)
def _versions() -> tuple[_Version, ...]:
    return tuple(read(PATH, _File).reviews)
