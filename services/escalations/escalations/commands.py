"""What every move of an escalation does: lock the matter, decide, write it with its history, and emit what happened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.escalations.escalations import queries
from services.escalations.escalations.domain import (
    LEFT,
    Do,
    Matter,
    NotYourPart,
    Status,
    acted_for,
    must_act,
    quarantines,
    step,
)
from services.escalations.escalations.models import Escalation, HistoryEntry, Party
from services.escalations.ladders.domain import Kind, Ladder, Priority
from services.escalations.ladders.queries import ladder
from services.escalations.letters.commands import tell
from services.escalations.register.models import CONTACTS
from services.escalations.stages.commands import hand_over
from shared.contracts import escalations as events
from shared.days import today
from shared.db import Tx
from shared.etag import must_match
from shared.events import Event, causes_from
from shared.outbox import emit
from shared.policy import Principal, Reach, Seniority
from shared.problems import FieldError

NOUN = "escalations.escalation"


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

    @property
    def subject(self) -> str:
        """Who it is."""
        return self.principal.subject

    @property
    def agency_id(self) -> str:
        """Of which agency."""
        return self.principal.agency_id


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> int:
    """Hand an ended agency's live matters to its successor, which becomes party and is told; how many.

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
        await hand_over(tx, row.id, agency_id, successor)
        await write(tx, row.id, version=row.version + 1, **changed)
        facts = {"from": agency_id, "to": successor}
        await remember(tx, dict(row._mapping), "succeed", Status(row.status), None, at=tx.now, facts=facts)
        said = facts_now(tx, row, Status(row.status)) | changed
        event = events.EscalationSucceeded(**said, ended_agency_id=agency_id, successor_agency_id=successor)
        await publish(tx, row, event, changed)
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
    await _must_reach(tx, by, matter, do, Priority(row.priority))
    status = step(matter.status, do)
    quarantines(Priority.IMMEDIATE if do is Do.SKIP else Priority(row.priority), by.doubts)
    return row, steps, status


async def _must_reach(tx: Tx, by: By, matter: Matter, do: Do, priority: Priority) -> None:
    """NotYourPart where who acts for another agency does so from a higher stage upwards; a child at risk waits for nobody."""
    party = acted_for(matter.raising_agency_id, matter.receiving_agency_id, do, by.principal)
    if party is None or do is Do.SKIP or priority is Priority.IMMEDIATE:
        return
    stage, directory = matter.stage, await CONTACTS.directory(tx, [party])
    if level := directory.acts_from(by.agency_id, party, today(tx.now), stage.seniority):
        raise NotYourPart(
            f"You act for {party} from {level.replace('_', ' ')} upwards; at stage {stage.order} ({stage.name}) it acts itself."
        )


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
        "actor": by.subject if by else "clock",
        "agency_id": by.agency_id if by else None,
        "acting_for": acted_for(row["raising_agency_id"], row["receiving_agency_id"], did, by.principal)
        if by
        else None,
        "seniority": by.seniority if by else None,
        "text": text,
        "facts": dict(facts or {}),
    }
    await tx.add(HistoryEntry, entry)


async def publish(tx: Tx, row: Row[Any], event: Event, changed: Mapping[str, Any] | None = None) -> None:
    """Emit an event, with what the matter follows from, and write to the contacts who have to know of it.

    `changed` are the agencies that the event has put in the place of the row's.
    """
    await emit(tx, event, causes=causes_from(row.causes))
    await tell(
        tx, dict(row._mapping) | dict(changed or {}), event, await ladder(tx, row.ladder_code, row.ladder_version)
    )


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


_PARTIES = upsert(Party).on_conflict_do_nothing()


async def make_party(tx: Tx, escalation_id: UUID, raised_at: datetime, agencies: Collection[str | None]) -> None:
    """Make agencies party to a matter: from now on it is theirs to see."""
    rows = [
        {"agency_id": one, "raised_at": raised_at, "escalation_id": escalation_id, "since": tx.now}
        for one in sorted(filter(None, agencies))
    ]
    await tx.execute(_PARTIES, rows)
