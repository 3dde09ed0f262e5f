"""Moves dates: earlier at once, later when somebody else has said yes; no date that was given is rewritten."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from services.governance.actions import commands as actions
from services.governance.actions.domain import Beside, DateStatus
from services.governance.actions.models import DueDate
from services.governance.due_dates.domain import (
    AlreadyAsked,
    AlreadyDecided,
    Do,
    check_day,
    column_running,
    must_approve,
    step,
)
from services.governance.memberships.queries import sittings
from shared.acting import By
from shared.contracts import governance_actions as events
from shared.days import today
from shared.db import Tx, new_id
from shared.problems import Invalid, NotFound


class DueDateNotFound(NotFound):
    """The action has no such move of a date."""

    code = "due_date_not_found"
    cure = "Look in the action."


async def move(tx: Tx, by: By, action_id: UUID, to_on: date, reason: str) -> UUID:
    """Move the date that runs: an earlier one holds at once, a later one is asked for. AlreadyAsked; Invalid."""
    row = await actions.begin(tx, by, action_id, works=True, adds=True)
    actions.must_run(row)
    check_day(to_on, today(tx.now))
    column = column_running(row.impact_from)
    from_on = row._mapping[column]
    if to_on == from_on:
        raise Invalid.field("due_on", "same", "That is its date already.")
    earlier = to_on < from_on
    entry = {
        "id": new_id(),
        "action_id": row.id,
        "column": column,
        "from_on": from_on,
        "to_on": to_on,
        "status": DateStatus.MADE if earlier else DateStatus.ASKED,
        "reason": reason,
        "asked_at": tx.now,
        "asked_by": by.subject,
        "asked_agency_id": by.agency_id,
    }
    if not earlier and await _asked(tx, row.id):
        raise AlreadyAsked("A later date is asked for already: wait for the answer.")
    await tx.execute(insert(DueDate), entry)
    facts = {"column": column, "from": from_on, "to": to_on}
    did, changed = (Beside.BRING_FORWARD, {column: to_on}) if earlier else (Beside.ASK, {})
    told = events.ActionDueDateMoved if earlier else events.ActionDueDateAsked
    await actions.finish(
        tx, by, row, did, text=reason, changed=changed, facts=facts, told=told, tells=_days(from_on, to_on)
    )
    found: UUID = entry["id"]
    return found


async def decide(tx: Tx, by: By, action_id: UUID, due_date_id: UUID, do: Do, reason: str | None) -> None:
    """Say yes or no to a later date. DueDateNotFound; AlreadyDecided; NotYourDate for who asked, and who may not."""
    row = await actions.begin(tx, by, action_id)
    assert by.principal
    asked = await tx.row(select(*DueDate.__table__.c).where(DueDate.id == due_date_id, DueDate.action_id == row.id))
    if asked is None:
        raise DueDateNotFound("This action has no such move of a date.")
    status = step(DateStatus(asked.status), do)
    must_approve(
        actions.signing_of(row._mapping),
        by.principal,
        await sittings(tx, by.principal),
        body_id=row.body_id,
        asked_by=asked.asked_by,
        owner_id=row.owner_id,
    )
    if do is Do.APPROVE and (
        asked.column != column_running(row.impact_from) or asked.from_on != row._mapping[asked.column]
    ):
        raise AlreadyDecided("Another date runs since this one was asked for: refuse it.")
    decided = {
        "status": status,
        "decided_at": tx.now,
        "decided_by": by.subject,
        "decided_agency_id": by.agency_id,
        "decided_why": reason,
    }
    await tx.execute(update(DueDate).where(DueDate.id == asked.id).values(**decided))
    await _follow(tx, by, row, asked, do, reason)


async def _follow(tx: Tx, by: By, row: Row[Any], asked: Row[Any], do: Do, reason: str | None) -> None:
    facts = {"column": asked.column, "from": asked.from_on, "to": asked.to_on}
    days = _days(asked.from_on, asked.to_on)
    if do is Do.REFUSE:
        told = events.ActionDueDateRefused
        await actions.finish(tx, by, row, Beside.REFUSE, text=reason, facts=facts, told=told, tells=days)
        return
    changed = {asked.column: asked.to_on, "moved_from": [*row.moved_from, asked.from_on.isoformat()]}
    told_moved = events.ActionDueDateMoved
    await actions.finish(
        tx, by, row, Beside.APPROVE, text=reason, changed=changed, facts=facts, told=told_moved, tells=days
    )


async def _asked(tx: Tx, action_id: UUID) -> bool:
    waiting = (DueDate.action_id == action_id, DueDate.status == DateStatus.ASKED)
    return bool(await tx.scalar(select(DueDate.id).where(*waiting)))


def _days(from_on: date, to_on: date) -> dict[str, date]:
    return {"from_on": from_on, "to_on": to_on}
