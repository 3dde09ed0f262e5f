"""Casts a vote, and does at once what follows from the votes."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.escalations.advances.commands import call_votes, climb, enter
from services.escalations.decisions import queries
from services.escalations.decisions.domain import reasons, round_at
from services.escalations.decisions.models import VoteEntry
from services.escalations.escalations.commands import By, facts_now, finish, publish
from services.escalations.escalations.domain import Do, Outcome, Status, next_stage, quarantines, step
from services.escalations.escalations.queries import for_update
from services.escalations.ladders.domain import Ladder, Priority, Stage
from services.escalations.ladders.queries import ladder
from services.escalations.register.queries import agency
from services.escalations.resolutions.commands import settle
from shared.calendar import Calendar
from shared.contracts import escalations as events
from shared.db import Tx
from shared.joint_decisions.domain import Partner, Round, Tally, Verdict, Vote, must_vote, vote_of


async def vote(
    tx: Tx, by: By, escalation_id: UUID, calendar: Calendar, *, stage_number: int, outcome: Outcome, reason: str
) -> None:
    """Cast the one vote of the caller's agency, and follow what the votes then say.

    The lock on the matter makes two voters of one agency come one after the other. No version is asked for: colleagues'
    votes do not make one's own out of date, but a new round does.
    """
    row = await for_update(tx, by.principal, by.reach, escalation_id)
    steps = await ladder(tx, row.ladder_code, row.ladder_version)
    status = step(Status(row.status), Do.VOTE)
    stored = [one for one in await queries.cast(tx, row.id) if one.stage_number == row.stage_number]
    stage = steps.stage(row.stage_order)
    round_ = round_at(row.stage_number, stage, row.due_at, [queries.vote_from(one) for one in stored])
    must_vote(round_, by.principal, stage_number, tx.now)
    quarantines(Priority(row.priority), by.doubts)
    mine = vote_of(by.principal, outcome, reason, concerned=(row.raising_agency_id, row.receiving_agency_id))
    name = await _cast(tx, by, row, mine)
    facts = {"partner": mine.partner, "outcome": outcome, "own_cause": mine.own_cause, "as_deputy": mine.as_deputy}
    await finish(tx, by, row, Do.VOTE, status, text=reason, facts=facts)
    said = facts_now(tx, row, status) | facts
    await publish(tx, row, events.DecisionVoted(**said, agency_id=by.principal.agency_id))
    names = {Partner(one.partner): str(one.agency_name) for one in stored} | {mine.partner: name}
    whole = replace(round_, votes=(*round_.votes, mine))
    await _follow(tx, by, row, steps, stage, whole, names, calendar)


async def _cast(tx: Tx, by: By, row: Row[Any], mine: Vote) -> str:
    """Store the vote; the agency's name of the day."""
    known = await agency(tx, by.principal.agency_id)
    name = str(known.name) if known else by.principal.agency_id
    entry = {
        "escalation_id": row.id,
        "stage_number": row.stage_number,
        "partner": mine.partner,
        "agency_id": by.principal.agency_id,
        "agency_name": name,
        "voter": mine.voter,
        "outcome": mine.choice,
        "reason": mine.reason,
        "own_cause": mine.own_cause,
        "as_deputy": mine.as_deputy,
        "cast_at": tx.now,
    }
    await tx.add(VoteEntry, entry)
    return name


async def _follow(
    tx: Tx,
    by: By,
    row: Row[Any],
    steps: Ladder,
    stage: Stage,
    round_: Round,
    names: dict[Partner, str],
    calendar: Calendar,
) -> None:
    """Settle the matter, take it to the chiefs, or open another round; or nothing yet."""
    found = round_.tally(tx.now)
    text = reasons(round_.votes, names)
    match found.verdict:
        case Verdict.AGREED | Verdict.MAJORITY | Verdict.STANDS:
            await _decide(tx, by, row, found, text, calendar)
        case Verdict.CLIMBS:
            above = next_stage(steps, row.stage_order)
            await _failed(tx, row, found)
            await climb(tx, by, row, steps, above, Do.DISSENT, tx.now, calendar, text=text)
        case Verdict.VOTED_AGAIN:
            await _failed(tx, row, found)
            due_at = await enter(tx, by, row, steps, stage, Do.VOTE_AGAIN, tx.now, calendar, text=text)
            await call_votes(tx, row, stage, tx.now, due_at)


async def _decide(tx: Tx, by: By, row: Row[Any], found: Tally, text: str, calendar: Calendar) -> None:
    """The matter has its outcome: as voted, or that of a rule which leaves all as it was."""
    outcome = Outcome(found.choice or Outcome.SENIOR_PARTNERS)
    status = step(Status(row.status), Do.DECIDE)
    await settle(tx, by, row, Do.DECIDE, status, calendar, outcome=outcome, text=text, impact=None)
    dissenting = tuple(vote.partner.value for vote in found.dissenting)
    facts = facts_now(tx, row, status)
    await publish(
        tx, row, events.DecisionReached(**facts, verdict=found.verdict, outcome=outcome, dissenting=dissenting)
    )


async def _failed(tx: Tx, row: Row[Any], found: Tally) -> None:
    await publish(tx, row, events.DecisionFailed(**facts_now(tx, row, Status(row.status)), verdict=found.verdict))
