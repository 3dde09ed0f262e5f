"""Reads what the caller may see of a child: always through the matters that concern it."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import array

from services.escalations.children.models import Concerned, Match
from services.escalations.escalations.models import Escalation
from services.escalations.escalations.queries import LISTED, visible_to
from shared.child_records.domain import MatchNotFound
from shared.child_records.queries import IDS
from shared.db import Tx
from shared.policy import Principal, Reach
from shared.scoping import AGENCIES

MOST = 100


async def matters(tx: Tx, principal: Principal, reach: Reach, child_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """The matters about these children that the caller may see, newest first, each with the child that it concerns."""
    clause, is_party = visible_to(reach)
    statement = (
        select(*LISTED, Concerned.child_id, Concerned.pseudonym, is_party.label("is_party"))
        .join(Concerned, Concerned.escalation_id == Escalation.id)
        .where(Concerned.child_id.in_(IDS), clause, func.cardinality(AGENCIES) > 0)
        .order_by(Escalation.raised_at.desc(), Escalation.id.desc())
        .limit(MOST)
    )
    return await tx.rows(statement, {"ids": sorted(child_ids), "agencies": list(principal.agencies)})


async def open_matches(tx: Tx, principal: Principal, reach: Reach) -> Sequence[Row[Any]]:
    """The suggestions that nobody has decided, of the matters that the caller may see, oldest first."""
    clause, _ = visible_to(reach)
    statement = (
        select(*Match.__table__.c, Escalation.reference)
        .join(Escalation, Escalation.id == Match.escalation_id)
        .where(Match.verdict.is_(None), clause, func.cardinality(AGENCIES) > 0)
        .order_by(Match.id)
        .limit(MOST)
    )
    return await tx.rows(statement, {"agencies": list(principal.agencies)})


async def match_for_update(tx: Tx, principal: Principal, reach: Reach, match_id: UUID) -> Row[Any]:
    """One suggestion, locked. MatchNotFound where it arose in no matter that the caller may see."""
    clause, _ = visible_to(reach)
    statement = (
        select(*Match.__table__.c, Escalation.reference, array([Escalation.raiser]).label("given_by"))
        .join(Escalation, Escalation.id == Match.escalation_id)
        .where(Match.id == match_id, clause, func.cardinality(AGENCIES) > 0)
        .with_for_update(of=Match)
    )
    row = await tx.row(statement, {"agencies": list(principal.agencies)})
    if row is None:
        raise MatchNotFound("There is no such match that you may see.")
    return row
