"""Answers a challenge: acknowledgement, answer, meeting."""

from uuid import UUID

from services.escalations.escalations.commands import By, begin, facts_now, finish, publish
from services.escalations.escalations.domain import Do
from services.escalations.ladders.domain import Duty
from services.escalations.responses.domain import must_explain
from services.escalations.stages.commands import note, stop_clocks
from shared.calendar import Calendar
from shared.contracts import escalations as events
from shared.db import Tx


async def acknowledge(tx: Tx, by: By, escalation_id: UUID, calendar: Calendar) -> None:
    """The receiving agency has the challenge."""
    row, _, status = await begin(tx, by, escalation_id, Do.ACKNOWLEDGE)
    await note(tx, row.id, row.stage_number, acknowledged_at=tx.now)
    await stop_clocks(tx, row.id, row.stage_number, [Duty.ACKNOWLEDGE], tx.now, Do.ACKNOWLEDGE, calendar)
    await finish(tx, by, row, Do.ACKNOWLEDGE, status)
    await publish(tx, row, events.EscalationAcknowledged(**facts_now(tx, row, status)))


async def respond(
    tx: Tx, by: By, escalation_id: UUID, calendar: Calendar, *, text: str, overrun_reason: str | None
) -> None:
    """The receiving agency's answer. Invalid where it is late and no reason is given."""
    row, _, status = await begin(tx, by, escalation_id, Do.RESPOND)
    late = must_explain(row.due_at, tx.now, overrun_reason)
    duties = [Duty.ACKNOWLEDGE, Duty.RESPOND]
    await stop_clocks(tx, row.id, row.stage_number, duties, tx.now, Do.RESPOND, calendar)
    await note(tx, row.id, row.stage_number, responded_at=tx.now, overrun_reason=overrun_reason)
    await finish(tx, by, row, Do.RESPOND, status, text=text, changed={"due_at": None})
    await publish(tx, row, events.EscalationResponded(**facts_now(tx, row, status), late=late))


async def meet(tx: Tx, by: By, escalation_id: UUID, calendar: Calendar, *, text: str) -> None:
    """Both sides have met."""
    row, _, status = await begin(tx, by, escalation_id, Do.MEET)
    await note(tx, row.id, row.stage_number, met_at=tx.now)
    await stop_clocks(tx, row.id, row.stage_number, [Duty.MEET], tx.now, Do.MEET, calendar)
    await finish(tx, by, row, Do.MEET, status, text=text)
    await publish(tx, row, events.EscalationMet(**facts_now(tx, row, status)))
