"""Adds updates, and asks for those that will be due."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update

from services.governance.actions import commands as actions
from services.governance.actions import queries
from services.governance.actions.domain import RUNNING, Beside, Rating
from services.governance.actions.models import Action, ActionUpdate
from shared.acting import By
from shared.contracts import governance_actions as events
from shared.days import day_begins, today
from shared.db import Tx, new_id

BATCH = 100
_WAITING = (Action.status.in_(sorted(RUNNING)), Action.update_ask_on.is_not(None))


async def add(tx: Tx, by: By, action_id: UUID, text: str, rating: Rating | None) -> None:
    """Say how it goes; the next update is due from today. NotNow where the action does not run."""
    row = await actions.begin(tx, by, action_id, works=True, adds=True)
    actions.must_run(row)
    entry = {"id": new_id(), "action_id": row.id, "at": tx.now, "text": text, "rating": rating}
    await tx.execute(insert(ActionUpdate), entry | {"actor": by.subject, "agency_id": by.agency_id})
    changed = {"rating": rating or row.rating} | actions.updates_due(actions.signing_of(row._mapping), today(tx.now))
    await actions.finish(
        tx, by, row, Beside.UPDATE, changed=changed, told=events.ActionUpdated, tells={"rating": changed["rating"]}
    )


async def ask(tx: Tx) -> int:
    """Ask, once for each, for the updates that will be due; how many, at most a batch."""
    due = (*_WAITING, Action.update_ask_on <= today(tx.now))
    statement = select(*queries.ALL).where(*due).order_by(Action.update_ask_on, Action.id).limit(BATCH)
    rows = await tx.rows(statement.with_for_update())
    for row in rows:
        await tx.execute(update(Action).where(Action.id == row.id).values(update_ask_on=None))
        await actions.tell(tx, row._asdict(), events.ActionUpdateDue, update_by=row.update_by)
    return len(rows)


async def next_ask(tx: Tx) -> datetime | None:
    """The instant at which the next update is asked for."""
    day = await tx.scalar(select(func.min(Action.update_ask_on)).where(*_WAITING))
    return day_begins(day) if day else None
