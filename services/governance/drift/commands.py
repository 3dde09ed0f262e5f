"""Records what is decided about an action that drifts."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.governance.actions import commands as actions
from services.governance.actions.domain import Beside, Decision
from services.governance.actions.models import DriftDecision
from services.governance.bodies import queries as bodies
from services.governance.delays.domain import drifts
from services.governance.drift.domain import NotDrifting, check_decision, must_not_own
from shared.acting import By
from shared.contracts import governance_actions as events
from shared.days import today
from shared.db import Tx, new_id
from shared.problems import Invalid, NotFound


async def decide(
    tx: Tx, by: By, action_id: UUID, decision: Decision, *, text: str, body_id: str | None, review_on: date | None
) -> None:
    """Decide about its delay: its date stands, it gets help, another body takes it up, another action will take its place.

    NotDrifting; OwnWork for its owner; Invalid. The members of a body to which it is escalated see it from now on.
    """
    row = await actions.begin(tx, by, action_id, adds=True)
    assert by.principal
    must_not_own(by.principal.subject, row.owner_id)
    if not drifts(actions.course_of(row._asdict()), actions.signing_of(row._mapping).moves_tolerated, today(tx.now)):
        raise NotDrifting("It is in time, and its date was not moved more often than is tolerated.")
    check_decision(decision, body_id)
    if body_id is not None:
        try:
            await bodies.get(tx, body_id)
        except NotFound:
            raise Invalid.field("body_id", "not_established", f"There is no body {body_id!r}.") from None
    entry: dict[str, Any] = {
        "id": new_id(),
        "action_id": row.id,
        "at": tx.now,
        "decision": decision,
        "body_id": body_id,
        "text": text,
        "review_on": review_on,
        "actor": by.subject,
        "agency_id": by.agency_id,
    }
    await tx.execute(insert(DriftDecision), entry)
    changed = {"body_ids": sorted({*row.body_ids, body_id})} if body_id else {}
    facts = {"decision": decision, "body_id": body_id, "review_on": review_on}
    told = events.ActionDriftDecided
    tells = {"decision": decision.value, "escalated_to_body_id": body_id}
    await actions.finish(tx, by, row, Beside.DECIDE, text=text, changed=changed, facts=facts, told=told, tells=tells)
