"""Changes escalations: each command locks the matter, decides, writes its history and emits what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.escalations.escalations import queries
from services.escalations.escalations.domain import (
    LEFT,
    LONDON,
    Do,
    Matter,
    RedirectedTo,
    Status,
    must_act,
    next_stage,
    quarantines,
    skip_to,
    step,
)
from services.escalations.escalations.models import Escalation, HistoryEntry, Party
from services.escalations.ladders.domain import Duty, Kind, Ladder, Priority, Seniority, Stage
from services.escalations.ladders.queries import ladder
from services.escalations.letters.commands import tell
from services.escalations.register.queries import agency
from services.escalations.stages.commands import end_stage, note, open_stage, stop_clocks
from shared.calendar import Calendar
from shared.contracts import escalations as events
from shared.db import Tx
from shared.etag import must_match
from shared.events import Event, causes_from
from shared.outbox import emit
from shared.policy import Principal, Reach
from shared.problems import FieldError, Invalid

NOUN = "escalations.escalation"
RETENTION = "child_case"


@dataclass(frozen=True)
class By:
    """Who moves an escalation, how far their grants reach, at which seniority they act, and which version they read.

    `doubts` are the fields of the request whose text seems to identify somebody.
    """

    principal: Principal
    reach: Reach
    seniority: Seniority | None = None
    if_match: str | None = None
    doubts: tuple[FieldError, ...] = ()


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
    duties = [Duty.ACKNOWLEDGE, Duty.RESPOND]
    late = await stop_clocks(tx, row.id, row.stage_number, duties, tx.now, Do.RESPOND, calendar)
    if late and not overrun_reason:
        raise Invalid.field("overrun_reason", "missing", "The answer is late: give the reason, for the learning.")
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


async def advance(tx: Tx, by: By, escalation_id: UUID, calendar: Calendar, *, text: str) -> None:
    """To the next stage, because the answer does not resolve it or has not come. LastStage at the top."""
    row, steps, _ = await begin(tx, by, escalation_id, Do.ADVANCE)
    await climb(tx, by, row, steps, next_stage(steps, row.stage_order), Do.ADVANCE, tx.now, calendar, text=text)


async def skip(tx: Tx, by: By, escalation_id: UUID, calendar: Calendar, *, to_stage: int, reason: str) -> None:
    """Past one or several stages, because a child is at immediate risk; the reason is kept."""
    row, steps, _ = await begin(tx, by, escalation_id, Do.SKIP)
    to = skip_to(steps, row.stage_order, to_stage)
    await climb(tx, by, row, steps, to, Do.SKIP, tx.now, calendar, text=reason)


async def overdue(tx: Tx, row: Row[Any], duty: str, due_at: datetime) -> None:
    """Tell that a duty has run out; the matter itself does not change by that."""
    facts = facts_of(row._mapping, Status(row.status), row.stage_order, due_at)
    await publish(tx, row, events.EscalationOverdue(**facts, duty=duty, due_at=due_at))


async def fall_silent(tx: Tx, row: Row[Any], due_at: datetime, calendar: Calendar) -> None:
    """To the next stage because nobody answered by `due_at`; the new stage opens at that very instant.

    Silence at the last stage is kept in the history, and the matter stays there, overdue.
    """
    steps = await ladder(tx, row.ladder_code, row.ladder_version)
    step(Status(row.status), Do.SILENCE)
    if row.stage_order == steps.last:
        await finish(tx, None, row, Do.SILENCE, Status(row.status), at=due_at, facts={"last_stage": True})
        return
    await climb(tx, None, row, steps, next_stage(steps, row.stage_order), Do.SILENCE, due_at, calendar)


async def pass_on(tx: Tx, by: By, escalation_id: UUID, calendar: Calendar, *, to: str, reason: str) -> None:
    """To the agency that it really concerns: the same stage opens again with that one, and its clock starts now."""
    row, steps, status = await begin(tx, by, escalation_id, Do.PASS_ON)
    if to in {row.raising_agency_id, row.receiving_agency_id}:
        raise Invalid.field("receiving_agency_id", "same_agency", "Pass it on to an agency that is not party already.")
    name = await name_of(tx, "receiving_agency_id", to, tx.now.astimezone(LONDON).date())
    await end_stage(tx, row.id, row.stage_number, tx.now, Do.PASS_ON)
    due_at = await open_stage(
        tx,
        row.id,
        row.stage_number + 1,
        ladder=steps,
        stage=steps.stage(row.stage_order),
        priority=Priority(row.priority),
        opened_at=tx.now,
        opened_by=Do.PASS_ON,
        receiving_agency_id=to,
        calendar=calendar,
    )
    await make_party(tx, row.id, row.raised_at, {to})
    changed = {
        "receiving_agency_id": to,
        "receiving_name": name,
        "stage_number": row.stage_number + 1,
        "due_at": due_at,
    }
    await finish(
        tx,
        by,
        row,
        Do.PASS_ON,
        status,
        text=reason,
        facts={"from": row.receiving_agency_id, "from_name": row.receiving_name},
        changed=changed,
    )
    facts = facts_now(tx, row, status) | {"receiving_agency_id": to}
    await publish(tx, row, events.EscalationPassedOn(**facts, from_agency_id=row.receiving_agency_id, due_at=due_at))


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


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> int:
    """Hand an ended agency's live matters to its successor, which becomes party; how many.

    Names stay those of the day of raising, and what is over stays the ended agency's. Of several successors the first
    named takes the matters and may pass them on: somebody must hold them from the first minute.
    """
    if not successor_ids:
        return 0
    successor = successor_ids[0]
    live = Escalation.status.not_in(sorted(LEFT))
    theirs = or_(Escalation.raising_agency_id == agency_id, Escalation.receiving_agency_id == agency_id)
    rows = await tx.rows(select(*Escalation.__table__.c).where(live, theirs).with_for_update())
    for row in rows:
        columns = [name for name in ("raising_agency_id", "receiving_agency_id") if row._mapping[name] == agency_id]
        changed = dict.fromkeys(columns, successor)
        await make_party(tx, row.id, row.raised_at, {successor})
        await write(tx, row.id, version=row.version + 1, **changed)
        facts = {"from": agency_id, "to": successor}
        await remember(tx, dict(row._mapping), "succeed", Status(row.status), None, at=tx.now, facts=facts)
    return len(rows)


async def begin(tx: Tx, by: By, escalation_id: UUID, do: Do) -> tuple[Row[Any], Ladder, Status]:
    """Lock the matter, and decide whether this caller may do this now; the row, its ladder and the status after it."""
    row = await queries.for_update(tx, by.principal, by.reach, escalation_id)
    must_match(by.if_match, row.version)
    steps = await ladder(tx, row.ladder_code, row.ladder_version)
    matter = Matter(
        Kind(row.kind),
        Status(row.status),
        row.raising_agency_id,
        row.receiving_agency_id,
        steps.stage(row.stage_order),
    )
    must_act(matter, do, by.principal, by.seniority)
    status = step(matter.status, do)
    quarantines(Priority(row.priority), by.doubts)
    return row, steps, status


async def climb(
    tx: Tx,
    by: By | None,
    row: Row[Any],
    steps: Ladder,
    to: Stage,
    do: Do,
    at: datetime,
    calendar: Calendar,
    text: str | None = None,
) -> None:
    """To a higher stage, for whatever reason."""
    due_at = await enter(tx, by, row, steps, to, do, at, calendar, text=text)
    facts = facts_of(row._mapping, Status.OPEN, to.order, at)
    await publish(tx, row, events.EscalationAdvanced(**facts, from_stage_order=row.stage_order, by=do, due_at=due_at))
    await call_votes(tx, row, to, at, due_at)


async def enter(
    tx: Tx,
    by: By | None,
    row: Row[Any],
    steps: Ladder,
    to: Stage,
    do: Do,
    at: datetime,
    calendar: Calendar,
    text: str | None = None,
) -> datetime:
    """End the present stage and open another, or the same one again; when an answer, or the votes, are due there."""
    await end_stage(tx, row.id, row.stage_number, at, do)
    skipped = list(range(row.stage_order + 1, to.order))
    due_at = await open_stage(
        tx,
        row.id,
        row.stage_number + 1,
        ladder=steps,
        stage=to,
        priority=Priority(row.priority),
        opened_at=at,
        opened_by=do,
        receiving_agency_id=row.receiving_agency_id,
        calendar=calendar,
        skipped=skipped,
        skip_reason=text if skipped else None,
    )
    changed = {
        "stage_number": row.stage_number + 1,
        "stage_order": to.order,
        "stage_decided_by": to.decided_by,
        "due_at": due_at,
    }
    await finish(tx, by, row, do, Status.OPEN, text=text, at=at, facts={"skipped": skipped}, changed=changed)
    return due_at


async def call_votes(tx: Tx, row: Row[Any], stage: Stage, at: datetime, due_at: datetime) -> None:
    """Tell that the three statutory partners are to decide, where the stage is theirs."""
    if stage.decided_by:
        facts = facts_of(row._mapping, Status.OPEN, stage.order, at)
        await publish(tx, row, events.DecisionOpened(**facts, decided_by=stage.decided_by, due_at=due_at))


async def finish(
    tx: Tx,
    by: By | None,
    row: Row[Any],
    do: Do,
    status: Status,
    *,
    text: str | None = None,
    at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
    changed: Mapping[str, Any] | None = None,
) -> None:
    """Write the matter's new state and the history of what led to it; quarantined where the text is in doubt."""
    changed = {**(changed or {}), **({"quarantined": True} if by and by.doubts else {})}
    await write(tx, row.id, status=status, version=row.version + 1, **changed)
    after = dict(row._mapping) | changed
    await remember(tx, after, do, status, by, at=at or tx.now, text=text, facts=facts)


async def write(tx: Tx, escalation_id: UUID, **values: Any) -> None:
    """Set columns of a matter that this transaction holds."""
    await tx.execute(update(Escalation).where(Escalation.id == escalation_id).values(**values))


async def remember(
    tx: Tx,
    row: dict[str, Any],
    did: str,
    status: Status,
    by: By | None,
    *,
    at: datetime,
    text: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Append to the history."""
    entry = {
        "escalation_id": row["id"],
        "at": at,
        "recorded_at": tx.now,
        "did": did,
        "status": status,
        "stage_order": row["stage_order"],
        "actor": by.principal.subject if by else "clock",
        "agency_id": by.principal.agency_id if by else None,
        "acting_for": ",".join(by.principal.acting_for) or None if by else None,
        "seniority": by.seniority if by else None,
        "text": text,
        "facts": dict(facts or {}),
    }
    await tx.execute(insert(HistoryEntry), entry)


async def publish(tx: Tx, row: Row[Any], event: Event) -> None:
    """Emit an event, with what the matter follows from, and write to the contacts who have to know of it."""
    await emit(tx, event, causes=causes_from(row.causes))
    await tell(tx, dict(row._mapping), event, await ladder(tx, row.ladder_code, row.ladder_version))


def facts_now(tx: Tx, row: Row[Any], status: Status) -> dict[str, Any]:
    """What every event about the matter says, as of now."""
    return facts_of(row._mapping, status, row.stage_order, tx.now)


def facts_of(row: Any, status: Status, stage_order: int, at: datetime) -> dict[str, Any]:
    """What every event about a matter says."""
    names = ("reference", "kind", "priority", "raising_agency_id", "receiving_agency_id")
    return {name: row[name] for name in names} | {
        "subject": str(row["id"]),
        "status": status,
        "stage_order": stage_order,
        "at": at,
    }


async def name_of(tx: Tx, field: str, agency_id: str, day: date) -> str:
    """An agency's name on a day. Invalid where it is not in the register, or had ended; its successor is named."""
    found = await agency(tx, agency_id)
    if found is None:
        raise Invalid.field(
            field, "unknown_agency", f"The register has no agency {agency_id!r}; see /governance/v1/agencies."
        )
    if found.effective_to and found.effective_to < day:
        successors = ", ".join(found.successor_ids) or "none"
        raise Invalid.field(
            field, "ended_agency", f"{found.name} ended on {found.effective_to}; its successor: {successors}."
        )
    return str(found.name)


async def make_party(tx: Tx, escalation_id: UUID, raised_at: datetime, agencies: set[str | None]) -> None:
    """Make agencies party to a matter: from now on it is theirs to see."""
    rows = [
        {"agency_id": one, "raised_at": raised_at, "escalation_id": escalation_id, "since": tx.now}
        for one in sorted(filter(None, agencies))
    ]
    await tx.execute(upsert(Party).on_conflict_do_nothing(), rows)
