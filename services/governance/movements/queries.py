"""Reads the courses of the risks that a caller may see."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.governance.movements.domain import Course, Given
from services.governance.risks.domain import Which
from services.governance.risks.models import Risk, RiskScore
from services.governance.risks.queries import OWN
from shared.db import Tx
from shared.policy import Principal, Reach
from shared.scoping import values, within


async def risks(tx: Tx, principal: Principal, reach: Reach) -> Sequence[Row[Any]]:
    """Every risk that the caller may see, the worst first."""
    columns = (Risk.id, Risk.reference, Risk.title, Risk.status, Risk.current_score, Risk.target_score, Risk.closed_at)
    statement = select(*columns).where(within(reach, OWN)).order_by(Risk.current_score.desc(), Risk.reference)
    return await tx.rows(statement, values(principal))


async def courses(tx: Tx, found: Sequence[Row[Any]]) -> Mapping[UUID, Course]:
    """The current scores of these risks, over time."""
    statement = (
        select(RiskScore.risk_id, RiskScore.scored_at, RiskScore.score)
        .where(RiskScore.which == Which.CURRENT, RiskScore.risk_id.in_([row.id for row in found]))
        .order_by(RiskScore.id)
    )
    given: dict[UUID, list[Given]] = {row.id: [] for row in found}
    for one in await tx.rows(statement):
        given[one.risk_id].append(Given(one.scored_at, one.score))
    return {row.id: Course(tuple(given[row.id]), row.closed_at) for row in found}
