"""Gives task-and-finish groups their briefs, extends them, and closes the groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.agencies import queries as agencies
from services.governance.bodies import commands as body_commands
from services.governance.bodies import queries as bodies
from services.governance.bodies.domain import Kind
from services.governance.briefs import queries
from services.governance.briefs.domain import AlreadyBriefed, Do, Status, check, check_extended, step
from services.governance.briefs.models import Brief
from services.governance.memberships.queries import must_chair
from shared.acting import By
from shared.contracts import governance_bodies as events
from shared.days import today
from shared.db import Tx, new_id
from shared.etag import etag
from shared.events import Cause, causes_data, causes_from
from shared.outbox import emit
from shared.problems import Invalid, NotFound


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A brief to be given."""

    body_id: str
    objective: str
    lead_name: str
    lead_agency_id: str
    overseen_by: str
    due_on: date
    causes: Sequence[Cause] = ()


async def give(tx: Tx, by: By, wanted: Wanted, brief_id: UUID | None = None) -> UUID:
    """Give a group its brief; the brief's id. The overseeing body's chair does. NotInTheChair; Invalid; AlreadyBriefed."""
    try:
        body = await bodies.for_update(tx, wanted.body_id)
    except NotFound:
        raise Invalid.field("body_id", "not_established", f"There is no body {wanted.body_id!r}.") from None
    await must_chair(tx, by, wanted.overseen_by)
    check(Kind(body.kind), body.parent_ids, wanted.overseen_by, wanted.due_on, today(tx.now))
    await agencies.in_effect(tx, "lead_agency_id", wanted.lead_agency_id)
    row: dict[str, Any] = {
        "id": brief_id or new_id(),
        "body_id": body.id,
        "version": 1,
        "status": Status.RUNNING,
        "objective": wanted.objective,
        "lead_name": wanted.lead_name,
        "lead_agency_id": wanted.lead_agency_id,
        "overseen_by": wanted.overseen_by,
        "due_on": wanted.due_on,
        "extended": 0,
        "causes": causes_data(wanted.causes),
        "given_at": tx.now,
    }
    added = await tx.execute(upsert(Brief).on_conflict_do_nothing(index_elements=["body_id"]), row)
    if not added.rowcount:
        raise AlreadyBriefed(f"{body.name} has its brief: extend that one, or close it.")
    await _tell(tx, row, events.BriefGiven)
    found: UUID = row["id"]
    return found


async def extend(tx: Tx, by: By, brief_id: UUID, due_on: date, reason: str) -> None:
    """Give the group longer. BriefNotFound; NotInTheChair; NotNow; Invalid for a day that is not later."""
    row = await _begin(tx, by, brief_id, Do.EXTEND)
    check_extended(row.due_on, due_on)
    await _finish(
        tx, by, row, Do.EXTEND, {"due_on": due_on, "extended": row.extended + 1}, reason, events.BriefExtended
    )


async def close(tx: Tx, by: By, brief_id: UUID, report: str, follow_on: str | None) -> None:
    """Close the group with its report: the body ends today. BriefNotFound; NotInTheChair; NotNow."""
    row = await _begin(tx, by, brief_id, Do.CLOSE)
    closed = {"closed_at": tx.now, "report": report, "follow_on": follow_on}
    await _finish(tx, by, row, Do.CLOSE, closed, report, events.BriefClosed)
    body = await bodies.get(tx, row.body_id)
    await body_commands.change(
        tx, replace(by, if_match=etag(body.version)), row.body_id, {"effective_to": today(tx.now)}
    )


async def _begin(tx: Tx, by: By, brief_id: UUID, do: Do) -> Row[Any]:
    row = await queries.as_read(tx, brief_id, by.if_match)
    await must_chair(tx, by, row.overseen_by)
    step(Status(row.status), do)
    return row


async def _finish(
    tx: Tx, by: By, row: Row[Any], do: Do, changed: Mapping[str, Any], text: str, kind: type[events.BriefEvent]
) -> None:
    moved_to = {**changed, "status": step(Status(row.status), do)}
    after = await queries.HISTORY.write(tx, by, row._asdict(), do, moved_to, text=text)
    await _tell(tx, after, kind)


async def _tell(tx: Tx, row: Mapping[str, Any], kind: type[events.BriefEvent]) -> None:
    names = ("body_id", "status", "lead_agency_id", "overseen_by", "due_on", "extended")
    await emit(tx, kind(subject=str(row["id"]), **{name: row[name] for name in names}), causes_from(row["causes"]))
