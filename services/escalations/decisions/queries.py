"""Reads votes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.escalations.decisions.models import VoteEntry
from shared.db import Tx
from shared.joint_decisions.domain import Partner, Vote


async def cast(tx: Tx, escalation_id: UUID) -> Sequence[Row[Any]]:
    """Every vote in a matter, oldest first. The caller has seen that the matter is visible."""
    statement = select(*VoteEntry.__table__.c).where(VoteEntry.escalation_id == escalation_id)
    return await tx.rows(statement.order_by(VoteEntry.stage_number, VoteEntry.cast_at))


async def voted(tx: Tx, escalation_id: UUID, stage_number: int) -> frozenset[str]:
    """The agencies whose vote is cast in a round."""
    return frozenset(one.agency_id for one in await cast(tx, escalation_id) if one.stage_number == stage_number)


def vote_from(row: Row[Any]) -> Vote:
    """A stored vote as the tally takes it."""
    return Vote(Partner(row.partner), row.voter, row.outcome, row.reason, row.own_cause, row.as_deputy)
