"""Reads decisions, and the rule of quorum. Whoever works in the partnership may know what its bodies have decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import aliased

from services.governance.bodies.domain import Kind
from services.governance.body_decisions.domain import How, OnMissing, Quorum, Taken
from services.governance.body_decisions.models import BodyDecision
from services.governance.memberships.domain import Seat
from shared.db import Tx
from shared.joint_decisions.domain import Partner
from shared.problems import NotFound
from shared.reference import LENIENT, Record, Text, read
from shared.scoping import narrowed, newest_first

PATH = Path(__file__).parents[1] / "data" / "quorums.yaml"

_later = aliased(BodyDecision)
SUPERSEDED_BY = select(_later.id).where(_later.supersedes == BodyDecision.id).scalar_subquery()
COLUMNS = (*BodyDecision.__table__.c, SUPERSEDED_BY.label("superseded_by"))
_ONE = select(*COLUMNS).where(BodyDecision.id == bindparam("id"))


class BodyDecisionNotFound(NotFound):
    """No decision has this id."""

    code = "body_decision_not_found"
    cure = "Look in `/governance/v1/body-decisions`."


@dataclass(frozen=True)
class Filters:
    """Which decisions; None leaves it open."""

    body_id: str | None = None
    how: How | None = None
    meeting_id: UUID | None = None
    about_type: str | None = None
    about_id: str | None = None
    superseded: bool | None = None
    taken_from: date | None = None
    taken_to: date | None = None


async def get(tx: Tx, body_decision_id: UUID) -> Row[Any]:
    """One decision. BodyDecisionNotFound."""
    row = await tx.row(_ONE, {"id": body_decision_id})
    if row is None:
        raise BodyDecisionNotFound("There is no such decision.")
    return row


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` decisions, the last taken first, after a position."""
    clauses = narrowed(
        filters,
        BodyDecision,
        superseded=SUPERSEDED_BY.is_not(None),
        taken_from=lambda day: BodyDecision.taken_on >= day,
        taken_to=lambda day: BodyDecision.taken_on <= day,
    )
    statement = select(*COLUMNS).where(*clauses)
    return await tx.rows(newest_first(statement, BodyDecision.taken_on, BodyDecision.id, limit, after))


async def by_correspondence(tx: Tx, body_id: str, since: datetime | None) -> Sequence[Row[Any]]:
    """What a body has decided between meetings and recorded since an instant, and still stands; oldest first."""
    decided = (BodyDecision.body_id == body_id, BodyDecision.how == How.CORRESPONDENCE, SUPERSEDED_BY.is_(None))
    statement = select(*COLUMNS).where(*decided).order_by(BodyDecision.taken_on, BodyDecision.id)
    return await tx.rows(statement.where(BodyDecision.recorded_at > since) if since else statement)


def taken_of(row: Row[Any]) -> Taken:
    """The decision in a row."""
    return Taken(
        how=How(row.how),
        taken_on=row.taken_on,
        present=tuple(map(Partner, row.partners_present)),
        agreed=tuple(map(Partner, row.partners_agreed)),
        supersedes=row.supersedes,
    )


class _Version(Record):
    kind: Annotated[Kind, LENIENT]
    version: int
    needed: list[Annotated[Partner, LENIENT]]
    on_missing: Annotated[OnMissing, LENIENT]
    seats: list[Annotated[Seat, LENIENT]]
    source: Text
    verified: bool
    effective_from: date
    effective_to: date | None


class _File(Record):
    quorums: list[_Version]


def quorum_on(kind: Kind, day: date) -> Quorum | None:
    """The quorum of bodies of this kind by the rule in force on a day; None where none was."""
    for version in _versions():
        in_force = version.effective_from <= day and (version.effective_to is None or day <= version.effective_to)
        if version.kind is kind and in_force:
            rule = f"{kind}/{version.version}"
            return Quorum(
                rule=rule,
                needed=tuple(version.needed),
                on_missing=version.on_missing,
                seats=frozenset(version.seats),
            )
    return None


@lru_cache(maxsize=1)
def _versions() -> tuple[_Version, ...]:
    return tuple(read(PATH, _File).quorums)
