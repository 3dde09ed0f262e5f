"""Plans a body's work, and moves it: lock, decide, write, history, event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert

from services.governance.agencies import queries as agencies
from services.governance.bodies import queries as bodies
from services.governance.memberships.queries import must_chair
from services.governance.work_items import queries
from services.governance.work_items.domain import Do, Status, check_later, quarter_of, step
from services.governance.work_items.models import WorkItem
from shared.acting import By
from shared.contracts import governance_bodies as events
from shared.db import Tx, new_id
from shared.events import Cause, causes_data, causes_from
from shared.outbox import emit
from shared.problems import Invalid, NotFound


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An item to be planned."""

    body_id: str
    year: str
    quarter: str
    title: str
    text: str | None = None
    lead_agency_id: str | None = None
    causes: Sequence[Cause] = ()


async def plan(tx: Tx, by: By, wanted: Wanted, work_item_id: UUID | None = None) -> UUID:
    """Plan an item; its id. NotInTheChair; Invalid where there is no such body, agency or quarter."""
    try:
        await bodies.get(tx, wanted.body_id)
    except NotFound:
        raise Invalid.field("body_id", "not_established", f"There is no body {wanted.body_id!r}.") from None
    await must_chair(tx, by, wanted.body_id)
    quarter = quarter_of(wanted.year, wanted.quarter)
    if wanted.lead_agency_id:
        await agencies.in_effect(tx, "lead_agency_id", wanted.lead_agency_id)
    row: dict[str, Any] = {
        "id": work_item_id or new_id(),
        "body_id": wanted.body_id,
        "version": 1,
        "status": Status.PLANNED,
        "year": quarter.year,
        "quarter": wanted.quarter,
        "last_day": quarter.last_day,
        "deferred": 0,
        "title": wanted.title,
        "text": wanted.text,
        "lead_agency_id": wanted.lead_agency_id,
        "causes": causes_data(wanted.causes),
        "planned_at": tx.now,
    }
    await tx.execute(insert(WorkItem), row)
    await _tell(tx, row, events.WorkItemPlanned)
    found: UUID = row["id"]
    return found


async def move(tx: Tx, by: By, work_item_id: UUID, do: Do, text: str | None = None) -> None:
    """Begin, finish or drop an item. WorkItemNotFound; NotInTheChair; NotNow."""
    row = await _begin(tx, by, work_item_id, do)
    await _finish(tx, by, row, do, {}, text)


async def defer(tx: Tx, by: By, work_item_id: UUID, year: str, number: str, reason: str) -> None:
    """Plan it for a later quarter. Invalid for one that is not later."""
    row = await _begin(tx, by, work_item_id, Do.DEFER)
    quarter = quarter_of(year, number)
    check_later(quarter_of(row.year, row.quarter), quarter)
    moved = {"year": quarter.year, "quarter": number, "last_day": quarter.last_day, "deferred": row.deferred + 1}
    await _finish(tx, by, row, Do.DEFER, moved, reason)


async def _begin(tx: Tx, by: By, work_item_id: UUID, do: Do) -> Row[Any]:
    row = await queries.as_read(tx, work_item_id, by.if_match)
    await must_chair(tx, by, row.body_id)
    step(Status(row.status), do)
    return row


async def _finish(tx: Tx, by: By, row: Row[Any], do: Do, changed: Mapping[str, Any], text: str | None) -> None:
    moved_to = {**changed, "status": step(Status(row.status), do)}
    after = await queries.HISTORY.write(tx, by, row._asdict(), do, moved_to, text=text)
    await _tell(tx, after, events.WorkItemMoved)


async def _tell(tx: Tx, row: Mapping[str, Any], kind: type[events.WorkItemEvent]) -> None:
    names = ("body_id", "status", "year", "quarter", "deferred", "lead_agency_id")
    await emit(tx, kind(subject=str(row["id"]), **{name: row[name] for name in names}), causes_from(row["causes"]))
