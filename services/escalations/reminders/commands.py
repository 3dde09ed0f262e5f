"""Calls duties to mind before they run out: in working hours, when the contact works, or at any hour what is immediate."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, update

from services.escalations.decisions.queries import voted
from services.escalations.escalations.queries import locked
from services.escalations.ladders.domain import Stage
from services.escalations.ladders.queries import ladder
from services.escalations.letters import commands as letters
from services.escalations.register.models import CONTACTS
from services.escalations.reminders.domain import remind_at
from services.escalations.reminders.queries import UNREMINDED, leads_on, running
from services.escalations.rulebook import CALENDAR
from services.escalations.stages.models import ClockEntry
from shared.days import today
from shared.db import Tx
from shared.directory import Directory


@dataclass(frozen=True)
class Reminder:
    """A duty to be called to mind: when, of which matter, at which stage, and whom there is to tell."""

    at: datetime
    clock: Row[Any]
    stage: Stage
    found: Directory


async def remind(tx: Tx) -> int:
    """Write to those on whom a duty lies that falls due soon: each once, in their working hours."""
    due = [reminder for reminder in await _upcoming(tx) if reminder.at <= tx.now]
    for reminder in due:
        clock = reminder.clock
        row = await locked(tx, clock.escalation_id)
        noted = update(ClockEntry).where(ClockEntry.id == clock.id, *UNREMINDED).values(reminded_at=tx.now)
        if (await tx.execute(noted)).rowcount:
            matter = dict(row._mapping)
            if reminder.stage.decided_by:
                have = await voted(tx, row.id, row.stage_number)
                await letters.ask_for_votes(tx, matter, reminder.stage, reminder.found, besides=have)
            else:
                await letters.remind(tx, matter, clock.duty, clock.binding_at, reminder.stage, reminder.found)
    return len(due)


async def next_reminder(tx: Tx) -> datetime | None:
    """When the next duty is called to mind."""
    return min((reminder.at for reminder in await _upcoming(tx)), default=None)


async def _upcoming(tx: Tx) -> list[Reminder]:
    """The reminders that are still to go out. None goes out when the duty has run out."""
    leads = leads_on(today(tx.now))
    clocks = await running(tx, {duty for duty, _ in leads}, tx.now)
    found = await CONTACTS.directory(tx, {clock.agency_id for clock in clocks if clock.agency_id})
    reminders = []
    for clock in clocks:
        lead = leads.get((clock.duty, clock.priority))
        stage = (await ladder(tx, clock.ladder_code, clock.ladder_version)).stage(clock.stage_order)
        whom = partial(found.whom, clock.agency_id or "", seniority=stage.seniority, immediate=False)
        at = remind_at(lead, clock.started_at, clock.binding_at, whom, CALENDAR) if lead else None
        if at:
            reminders.append(Reminder(at, clock, stage, found))
    return reminders
