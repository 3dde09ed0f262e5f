"""Asks whoever has the next step for it: written into the history, and told by letter."""

from uuid import UUID

from services.escalations.chases.domain import must_be_time, needed
from services.escalations.chases.queries import last
from services.escalations.decisions.queries import voted
from services.escalations.escalations.commands import By, begin, finish
from services.escalations.escalations.domain import Do, Status
from services.escalations.letters import commands as letters
from services.escalations.letters.domain import Side
from services.escalations.register.models import CONTACTS
from services.escalations.rulebook import CALENDAR, rule_on
from services.escalations.tracker.domain import WaitsFor, waits
from shared.days import today
from shared.db import Tx
from shared.deadlines import due


async def chase(tx: Tx, by: By, escalation_id: UUID, *, text: str) -> None:
    """Ask for the next step, of whom the tracker names; of the three partners, those whose vote is missing.

    ChasedLately where the same was asked for within the rule's time.
    """
    row, steps, status = await begin(tx, by, escalation_id, Do.CHASE)
    votes = bool(row.stage_decided_by)
    needs, agency_id = waits(Status(row.status), row.raising_agency_id, row.receiving_agency_id, awaits_votes=votes)
    step = {"waits_for": needs.value, "on_whom": agency_id, "stage_number": row.stage_number}
    asked_at = await last(tx, row.id, step)
    must_be_time(asked_at and due(rule_on(f"chased_again_{row.priority}", today(asked_at)), asked_at, CALENDAR), tx.now)
    await finish(tx, by, row, Do.CHASE, status, text=text, facts=step)
    matter, stage = dict(row._mapping), steps.stage(row.stage_order)
    parties = {one for one in (row.raising_agency_id, row.receiving_agency_id) if one}
    found = await CONTACTS.directory(tx, parties)
    if needs is WaitsFor.VOTES:
        await letters.ask_for_votes(tx, matter, stage, found, besides=await voted(tx, row.id, row.stage_number))
    else:
        side = Side.RECEIVING if needs is WaitsFor.ANSWER else Side.RAISING
        await letters.chase(tx, matter, side, needed(needs, row.due_at, tx.now), stage, found)
