"""Reads what came of a meeting."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.governance.actions.models import Action
from services.governance.body_decisions.models import BodyDecision
from services.governance.outcomes.models import Outcome
from shared.db import Tx

_ALL = (
    select(
        *Outcome.__table__.c,
        BodyDecision.reference.label("decision_reference"),
        BodyDecision.partners_agreed,
        BodyDecision.partners_missing,
        Action.reference.label("action_reference"),
    )
    .outerjoin(BodyDecision, BodyDecision.id == Outcome.body_decision_id)
    .outerjoin(Action, Action.id == Outcome.action_id)
)


async def of_meeting(tx: Tx, meeting_id: UUID) -> Sequence[Row[Any]]:
    """What came of a meeting, in order. The caller has seen that the meeting is visible."""
    return await tx.rows(_ALL.where(Outcome.meeting_id == meeting_id).order_by(Outcome.number))
