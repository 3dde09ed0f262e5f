"""Reads plans, and from reviewed data the rules by which actions are signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select

from services.governance.plans.domain import Approver, EvidenceKind, Signing, Source
from services.governance.plans.models import PlanArea, PlanRow, PlanStatement
from shared.db import Tx
from shared.etag import must_match
from shared.problems import NotFound
from shared.reference import LENIENT, Record, Text, read
from shared.rules import in_force
from shared.scoping import in_order, narrowed

SIGNING = Path(__file__).parents[1] / "data" / "signing.yaml"


class PlanNotFound(NotFound):
    """No plan has this id."""

    code = "plan_not_found"
    cure = "Look in `/governance/v1/plans`."


class _SigningRow(Record):
    code: Text
    version: Text
    title: Text
    sources: list[Text]
    activity_body_id: Text | None
    moderated: bool
    moderation_body_id: Text | None
    impact_body_id: Text | None
    closing_body_id: Text | None
    impact_months: int
    impact_evidence: list[Annotated[EvidenceKind, LENIENT]]
    moves_tolerated: int
    update_months: int
    update_asked_days: int
    dates_approved_by: list[Annotated[Approver, LENIENT]]
    effective_from: date
    effective_to: date | None
    source: Text
    verified: bool
    unverified: list[Text]


class _SigningFile(Record):
    signings: list[_SigningRow]


@cache
def signings() -> tuple[Signing, ...]:
    """Every version of every rule of signing that the suite brings."""
    rows = read(SIGNING, _SigningFile).signings
    several = ("sources", "impact_evidence", "dates_approved_by", "unverified")
    return tuple(Signing(**dict(row) | {name: tuple(getattr(row, name)) for name in several}) for row in rows)


def signing_on(code: str, day: date) -> Signing:
    """The version under which an action is agreed on this day."""
    return in_force([one for one in signings() if one.code == code], day, f"signing {code!r}")


def signing_for(source_type: str, day: date) -> Signing:
    """The version under which an action that came of this is agreed, where neither a plan nor anybody says another."""
    return signing_on(next((one.code for one in signings() if source_type in one.sources), "other"), day)


def signing(code: str, version: str) -> Signing:
    """One version, whether in force or not. StopIteration where there is none, which no stored action names."""
    return next(one for one in signings() if (one.code, one.version) == (code, version))


@dataclass(frozen=True)
class Filters:
    """Which plans."""

    source_type: Source | None = None
    body_id: str | None = None


COLUMNS = tuple(PlanRow.__table__.c)
_ONE = select(*COLUMNS).where(PlanRow.id == bindparam("id"))
_LOCKED = _ONE.with_for_update()


async def get(tx: Tx, plan_id: UUID) -> Row[Any]:
    """One plan. PlanNotFound."""
    return _found(await tx.row(_ONE, {"id": plan_id}))


async def as_read(tx: Tx, plan_id: UUID, if_match: str | None) -> Row[Any]:
    """One plan, locked, in the version that the caller read. PlanNotFound."""
    row = _found(await tx.row(_LOCKED, {"id": plan_id}))
    must_match(if_match, row.version)
    return row


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise PlanNotFound("There is no such plan.")
    return row


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` plans in the order of their codes."""
    return await tx.rows(in_order(select(*COLUMNS).where(*narrowed(filters, PlanRow)), (PlanRow.code,), limit, after))


async def areas(tx: Tx, plan_id: UUID) -> Sequence[Row[Any]]:
    """What a plan is to cover, in its own order."""
    columns = (PlanArea.code, PlanArea.kind, PlanArea.part_of, PlanArea.text, PlanArea.place)
    return await tx.rows(select(*columns).where(PlanArea.plan_id == plan_id).order_by(PlanArea.place))


async def statements(tx: Tx, plan_id: UUID) -> Sequence[Row[Any]]:
    """What was published about a plan."""
    columns = tuple(column for column in PlanStatement.__table__.c if column.name not in {"plan_id", "place"})
    return await tx.rows(select(*columns).where(PlanStatement.plan_id == plan_id).order_by(PlanStatement.place))
