"""Reads risks and the matrix: the worst first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, any_, func, literal, not_, select

from services.governance.risks.domain import Band, Matrix, Status
from services.governance.risks.models import Risk, RiskEntry, RiskScore
from shared.days import today
from shared.db import Tx
from shared.history import History
from shared.policy import Principal, Reach
from shared.problems import NotFound
from shared.reference import Record, Text, read
from shared.rules import in_force
from shared.scoping import AGENCIES, narrowed, newest_first, values, within

HISTORY = History(Risk, RiskEntry)

PATH = Path(__file__).parents[1] / "data" / "risk_matrix.yaml"
ALL = tuple(Risk.__table__.c)
OWN = Risk.owner_agency_id == any_(AGENCIES)
AWAITS_EXECUTIVE = Risk.status == Status.ESCALATED


class RiskNotFound(NotFound):
    """There is no such risk, or the caller may not know of it."""

    code = "risk_not_found"


@dataclass(frozen=True)
class Filters:
    """What the register may be narrowed by; None leaves it open."""

    status: Status | None = None
    band: str | None = None
    owner_agency_id: str | None = None
    owner_body_id: str | None = None
    awaiting_executive: bool | None = None
    overdue_review: bool | None = None
    overdue_reply: bool | None = None
    live: bool | None = None


def _one(reach: Reach, risk_id: UUID) -> Select[Any]:
    return select(*ALL).where(Risk.id == risk_id, within(reach, OWN))


async def get(tx: Tx, principal: Principal, reach: Reach, risk_id: UUID) -> Row[Any]:
    """One risk. RiskNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, risk_id), values(principal)))


async def for_update(tx: Tx, principal: Principal | None, reach: Reach, risk_id: UUID) -> Row[Any]:
    """One risk, locked until the transaction ends. RiskNotFound as with `get`."""
    given = values(principal) if principal else {"agencies": ["load"]}
    return _found(await tx.row(_one(reach, risk_id).with_for_update(), given))


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise RiskNotFound("There is no such risk that you may see.")
    return row


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` risks, those with the highest current score first, after a position."""
    clauses = narrowed(
        filters,
        Risk,
        awaiting_executive=AWAITS_EXECUTIVE,
        overdue_review=overdue(today(tx.now)),
        overdue_reply=unanswered(today(tx.now)),
        live=Risk.status != Status.CLOSED,
    )
    statement = select(*ALL).where(within(reach, OWN), *clauses)
    return await tx.rows(newest_first(statement, Risk.current_score, Risk.id, limit, after), values(principal))


async def counts(tx: Tx, principal: Principal, reach: Reach) -> Mapping[str, Any]:
    """How many live risks there are: in each band, awaiting the Executive, to be reviewed."""
    live = Risk.status != Status.CLOSED
    statement = select(
        func.count().filter(live).label("live"),
        func.count().filter(AWAITS_EXECUTIVE).label("awaiting_executive"),
        func.count().filter(Risk.status == Status.ASKED).label("asked"),
        func.count().filter(overdue(today(tx.now))).label("overdue_review"),
        func.count().filter(unanswered(today(tx.now))).label("overdue_reply"),
        func.count().filter(not_(live)).label("closed"),
    ).where(within(reach, OWN))
    row = await tx.row(statement, values(principal))
    by_band = select(Risk.band, func.count().label("risks")).where(live, within(reach, OWN)).group_by(Risk.band)
    bands = {one.band: one.risks for one in await tx.rows(by_band, values(principal))}
    assert row is not None
    return row._asdict() | {"bands": bands}


async def scores(tx: Tx, risk_id: UUID) -> Sequence[Row[Any]]:
    """The scores that a risk was given, oldest first. The caller has seen that it is visible."""
    statement = select(*RiskScore.__table__.c).where(RiskScore.risk_id == risk_id)
    return await tx.rows(statement.order_by(RiskScore.id))


def overdue(day: date) -> ColumnElement[bool]:
    """The clause of those whose last day of review is over."""
    return and_(Risk.status != Status.CLOSED, Risk.review_due < literal(day))


def unanswered(day: date) -> ColumnElement[bool]:
    """The clause of those whose owner's last day to reply to the Executive is over."""
    return and_(Risk.status == Status.ASKED, Risk.reply_due < literal(day))


def matrix_on(day: date) -> Matrix:
    """The matrix by which a risk is scored on this day."""
    return in_force(matrices(), day, "matrix")


def matrix(version: str) -> Matrix:
    """One version of the matrix, whether in force or not."""
    return next(one for one in matrices() if one.version == version)


@lru_cache(maxsize=1)
def matrices() -> tuple[Matrix, ...]:
    """Every version."""
    return tuple(row.matrix() for row in read(PATH, _File).matrices)


class _Band(Record):
    code: Text
    title: Text
    from_score: int


class _Row(Record):
    version: Text
    likelihood: list[Text]
    impact: list[Text]
    bands: list[_Band]
    escalates_at: int
    escalates_to: Text
    source: Text
    verified: bool
    effective_from: date
    effective_to: date | None

    def matrix(self) -> Matrix:
        """As the domain has it."""
        given = self.model_dump() | {
            "likelihood": tuple(self.likelihood),
            "impact": tuple(self.impact),
            "bands": tuple(Band(band.code, band.title, band.from_score) for band in self.bands),
        }
        return Matrix(**given)


class _File(Record):
    matrices: list[_Row]
