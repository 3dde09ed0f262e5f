"""Ends a challenge: outcome, rejection by the raiser, telling, closing; or withdrawn, or redirected, without an outcome."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.escalations.escalations.commands import By, begin, facts_now, finish, publish
from services.escalations.escalations.domain import Do, Impact, Outcome, RedirectedTo, Status, quarantines
from services.escalations.ladders.domain import Duty, Priority
from services.escalations.stages.commands import end_stage, note, stop_clocks
from shared.calendar import Calendar
from shared.contracts import escalations as events
from shared.db import Tx


async def resolve(
    tx: Tx, by: By, escalation_id: UUID, calendar: Calendar, *, outcome: Outcome, text: str, impact: Impact | None
) -> None:
    """The challenge has an outcome that the raising agency accepts; the raiser is still to be told."""
    row, _, status = await begin(tx, by, escalation_id, Do.RESOLVE)
    await settle(tx, by, row, Do.RESOLVE, status, calendar, outcome=outcome, text=text, impact=impact)


async def settle(
    tx: Tx,
    by: By | None,
    row: Row[Any],
    do: Do,
    status: Status,
    calendar: Calendar,
    *,
    outcome: Outcome,
    text: str,
    impact: Impact | None,
) -> None:
    """Write an outcome, however it came about, and end the stage with it."""
    duties = [Duty.RESPOND, Duty.MEET, Duty.WRITE_OUTCOME]
    await stop_clocks(tx, row.id, row.stage_number, duties, tx.now, do, calendar)
    await end_stage(tx, row.id, row.stage_number, tx.now, do, outcome_at=tx.now)
    changed = {
        "outcome": outcome,
        "outcome_text": text,
        "impact": impact,
        "resolved_at": tx.now,
        "resolved_stage_order": row.stage_order,
        "due_at": None,
    }
    await finish(tx, by, row, do, status, text=text, facts={"outcome": outcome, "impact": impact}, changed=changed)
    await publish(tx, row, events.EscalationResolved(**facts_now(tx, row, status), outcome=outcome))


async def reject(tx: Tx, by: By, escalation_id: UUID, *, reason: str) -> None:
    """The raiser does not accept the resolution: it is undone, and the challenge may advance."""
    row, _, status = await begin(tx, by, escalation_id, Do.REJECT)
    await note(tx, row.id, row.stage_number, ended_at=None, ended_by=None)
    undone = dict.fromkeys(("outcome", "outcome_text", "resolved_at", "resolved_stage_order", "told_at", "satisfied"))
    facts = {"outcome": row.outcome, "resolved_at": row.resolved_at.isoformat()}
    await finish(tx, by, row, Do.REJECT, status, text=reason, facts=facts, changed=undone)
    await publish(tx, row, events.EscalationRejected(**facts_now(tx, row, status)))


async def tell(tx: Tx, by: By, escalation_id: UUID, *, text: str, asked: bool, satisfied: bool | None) -> None:
    """The raiser has been told the outcome, and perhaps said whether it satisfies."""
    row, _, status = await begin(tx, by, escalation_id, Do.TELL)
    changed = {"told_at": tx.now, "satisfaction_asked": asked, "satisfied": satisfied}
    await finish(
        tx, by, row, Do.TELL, status, text=text, facts={"asked": asked, "satisfied": satisfied}, changed=changed
    )
    await publish(tx, row, events.EscalationTold(**facts_now(tx, row, status), satisfied=satisfied))


async def close(
    tx: Tx, by: By, escalation_id: UUID, *, impact: Impact, impact_text: str | None, vignette: str | None
) -> None:
    """Close what is resolved and told, with its impact for the child."""
    row, _, status = await begin(tx, by, escalation_id, Do.CLOSE)
    vignettes = [doubt for doubt in by.doubts if doubt.path == "vignette"]
    quarantines(Priority.STANDARD, vignettes)  # it is written to be read widely, and can always wait
    changed = {"closed_at": tx.now, "impact": impact, "impact_text": impact_text, "vignette": vignette}
    await finish(tx, by, row, Do.CLOSE, status, facts={"impact": impact}, changed=changed)
    await publish(tx, row, events.EscalationClosed(**facts_now(tx, row, status)))


async def withdraw(tx: Tx, by: By, escalation_id: UUID, *, reason: str) -> None:
    """The raiser takes it back."""
    row, _, status = await begin(tx, by, escalation_id, Do.WITHDRAW)
    await end_stage(tx, row.id, row.stage_number, tx.now, Do.WITHDRAW)
    await finish(tx, by, row, Do.WITHDRAW, status, text=reason, changed={"withdrawn_at": tx.now, "due_at": None})
    await publish(tx, row, events.EscalationWithdrawn(**facts_now(tx, row, status)))


async def redirect(tx: Tx, by: By, escalation_id: UUID, *, to: RedirectedTo, reason: str) -> None:
    """It is no escalation: it goes where complaints, whistleblowing or allegations go."""
    row, _, status = await begin(tx, by, escalation_id, Do.REDIRECT)
    await end_stage(tx, row.id, row.stage_number, tx.now, Do.REDIRECT)
    changed = {"redirected_at": tx.now, "redirected_to": to, "due_at": None}
    await finish(tx, by, row, Do.REDIRECT, status, text=reason, facts={"to": to}, changed=changed)
    await publish(tx, row, events.EscalationRedirected(**facts_now(tx, row, status), redirected_to=to))
