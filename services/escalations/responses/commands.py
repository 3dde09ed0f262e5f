"""Answers a challenge: acknowledgement, promise, answer, meeting."""

from datetime import datetime
from uuid import UUID

from services.escalations.escalations.commands import By, begin, facts_now, finish, publish
from services.escalations.escalations.domain import Do
from services.escalations.ladders.domain import Duty
from services.escalations.responses.domain import must_be_earlier, must_explain
from services.escalations.stages.commands import agree, note, stop_clocks
from shared.calendar import Calendar
from shared.contracts import escalations as events
from shared.db import Tx
from shared.events import instant


async def acknowledge(tx: Tx, by: By, escalation_id: UUID, calendar: Calendar) -> None:
    """The receiving agency has the challenge."""
    row, _, status = await begin(tx, by, escalation_id, Do.ACKNOWLEDGE)
    await note(tx, row.id, row.stage_number, acknowledged_at=tx.now)
    await stop_clocks(tx, row.id, row.stage_number, [Duty.ACKNOWLEDGE], tx.now, Do.ACKNOWLEDGE, calendar)
    await finish(tx, by, row, Do.ACKNOWLEDGE, status)
    await publish(tx, row, events.EscalationAcknowledged(**facts_now(tx, row, status)))


async def promise(tx: Tx, by: By, escalation_id: UUID, *, answer_by: datetime, text: str | None) -> None:
    """Both sides have agreed on an earlier answer than the rule asks for: from now on that date binds.

    Invalid where it is not earlier. The rule's own date stays beside it.
    """
    row, _, status = await begin(tx, by, escalation_id, Do.PROMISE)
    must_be_earlier(answer_by, row.due_at, tx.now)
    await agree(tx, row.id, row.stage_number, Duty.RESPOND, answer_by)
    facts, changed = {"answer_by": instant(answer_by)}, {"due_at": answer_by}
    await finish(tx, by, row, Do.PROMISE, status, text=text, facts=facts, changed=changed)
    await publish(tx, row, events.EscalationPromised(**facts_now(tx, row, status), due_at=answer_by))


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
