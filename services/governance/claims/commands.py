"""Begins actions, and claims that they are done and that they have changed something."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.governance.actions import commands as actions
from services.governance.actions import queries
from services.governance.actions.domain import Do, Status, check_current, step
from services.governance.claims.domain import Shown, check_activity, check_impact, check_test
from services.governance.plans.domain import EvidenceKind, Phase
from shared.acting import By
from shared.contracts import governance_actions as events
from shared.days import today
from shared.db import Tx


async def start(tx: Tx, by: By, action_id: UUID, text: str | None) -> None:
    """Work on it begins, for the first time or again."""
    row = await actions.begin(tx, by, action_id, works=True)
    await actions.finish(tx, by, row, Do.START, text=text, told=events.ActionStarted)


async def claim(tx: Tx, by: By, action_id: UUID, text: str) -> None:
    """Say that the activity is complete; from now on it waits for the body that signs phase 1. Invalid without evidence."""
    row = await _begin(tx, by, action_id, Do.CLAIM)
    check_activity(await _shown(tx, row))
    await actions.finish(tx, by, row, Do.CLAIM, text=text, told=events.ActionActivityClaimed)


async def test(tx: Tx, by: By, action_id: UUID, text: str) -> None:
    """Say how impact is being tested. MustBeModerated; SignatureStale where what was signed has changed."""
    row = await _begin(tx, by, action_id, Do.TEST)
    check_test(actions.signing_of(row._mapping), moderated=row.status == Status.MODERATED)
    check_current(stale=row.stale)
    await actions.finish(tx, by, row, Do.TEST, text=text, told=events.ActionImpactTesting)


async def claim_impact(tx: Tx, by: By, action_id: UUID, result: str, text: str) -> None:
    """Say what was measured, and that practice has improved. TooEarly; Invalid without figures and voices; SignatureStale."""
    row = await _begin(tx, by, action_id, Do.CLAIM_IMPACT)
    check_current(stale=row.stale)
    check_impact(actions.signing_of(row._mapping), await _shown(tx, row), row.impact_from, today(tx.now))
    changed = {"result": result}
    await actions.finish(tx, by, row, Do.CLAIM_IMPACT, text=text, changed=changed, told=events.ActionImpactClaimed)


async def _begin(tx: Tx, by: By, action_id: UUID, do: Do) -> Row[Any]:
    row = await actions.begin(tx, by, action_id, works=True)
    step(Status(row.status), do, actions.signing_of(row._mapping))
    return row


async def _shown(tx: Tx, row: Row[Any]) -> Shown:
    return [(Phase(one.phase), EvidenceKind(one.kind)) for one in await queries.evidence_of(tx, row.id)]
