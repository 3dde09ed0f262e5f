"""Raises a challenge: the matter, its children, its first stage and its clocks, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.escalations.challenges.domain import NotQuarantined, check_raised
from services.escalations.challenges.models import BroughtIn
from services.escalations.children.commands import Described, concern, find_or_add
from services.escalations.children.domain import highest
from services.escalations.escalations import queries
from services.escalations.escalations.commands import By, facts_of, make_party, remember, write
from services.escalations.escalations.domain import Status, Theme
from services.escalations.escalations.models import Escalation, ReferenceNumber
from services.escalations.ladders.domain import Kind, Ladder, Priority, Stage
from services.escalations.ladders.queries import in_force
from services.escalations.letters.commands import tell
from services.escalations.register.models import CONTACTS, REGISTER
from services.escalations.rulebook import rule_on
from services.escalations.stages.commands import abandon_clocks, open_stage
from services.escalations.stages.domain import Started, answer_due, clocks_of
from shared.calendar import Calendar, Quarter
from shared.child_records.models import RETENTION
from shared.contracts import escalations as events
from shared.days import LONDON, today
from shared.db import Tx, new_id
from shared.deadlines import due
from shared.directory import Directory
from shared.etag import must_match
from shared.events import Cause, causes_data
from shared.outbox import emit
from shared.policy import Principal, Reach, Scope, View
from shared.prepared import Prepared
from shared.problems import Invalid
from shared.pseudonym import Pseudonyms


@dataclass(frozen=True)
class Challenge:
    """What a raiser says; times are aware, agencies are ids of the register, or a name for one that is not in it."""

    kind: Kind
    raised_at: datetime | None
    decision_date: date | None
    raising_agency_id: str
    raiser_role: str
    raiser_team: str | None
    receiving_agency_id: str | None
    receiving_name: str | None
    receiving_team: str | None
    priority: Priority
    priority_reason: str | None
    primary_theme: Theme
    secondary_themes: tuple[Theme, ...]
    summary: str
    wanted: str
    guidance: str | None
    safety_action: str | None
    child_views: str | None
    children: tuple[Described, ...]
    ladder: str | None
    counter_to: UUID | None
    causes: tuple[Cause, ...]
    quarantined: bool = False


@dataclass(frozen=True)
class Opening:
    """When a matter's first stage here opens, and by what."""

    did: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """Where a matter stands that ran elsewhere until now. Its clocks begin when it is brought in, not before."""

    own_reference: str
    stage: int
    answered: bool


async def raise_escalation(
    tx: Tx,
    principal: Principal,
    challenge: Challenge,
    calendar: Calendar,
    pseudonyms: Pseudonyms,
    standing: Standing | None = None,
) -> UUID:
    """Raise a challenge, at the first stage of its ladder or where it stands; its id. Invalid lists what is wrong with it.

    All is read before the year's number is taken: from then to the commit, whoever raises waits for whoever raises.
    """
    raised_at = challenge.raised_at or tx.now
    await _check(tx, principal, challenge, raised_at, calendar, standing)
    day = today(raised_at)
    raising, receiving = await _names(tx, challenge, day)
    steps = await in_force(tx, challenge.kind, day, challenge.ladder)
    stage, answered = _stage(steps, standing), bool(standing and standing.answered)
    children = await find_or_add(tx, challenge.children, pseudonyms)
    parties = {one for one in (challenge.raising_agency_id, challenge.receiving_agency_id) if one}
    contacts = await CONTACTS.directory(tx, parties, stage.tells)
    opening = Opening("bring_in", tx.now) if standing else Opening("raise", raised_at)
    clocks = clocks_of(steps, stage, challenge.priority, opening.at, challenge.receiving_agency_id, calendar)
    escalation_id = new_id()
    row = _row(challenge, steps, stage, raised_at) | {
        "id": escalation_id,
        "reference": await _reference(tx, raised_at),
        "status": Status.RESPONDED if answered else Status.OPEN,
        "due_at": None if answered else answer_due(clocks),
        "entered_at": tx.now,
        "raising_name": raising,
        "receiving_name": receiving,
        "raiser": principal.subject,
    }
    await tx.add(Escalation, row)
    await make_party(tx, escalation_id, raised_at, parties)
    await concern(tx, escalation_id, children)
    await _open(tx, row, stage, opening, clocks)
    if standing:
        await _bring_in(tx, row, standing)
    await remember(tx, row, opening.did, row["status"], By(principal, Reach(())), at=opening.at)
    await _publish(tx, row, challenge.causes, steps, contacts)
    return escalation_id


async def _check(
    tx: Tx,
    principal: Principal,
    challenge: Challenge,
    raised_at: datetime,
    calendar: Calendar,
    standing: Standing | None,
) -> None:
    """Invalid where a challenge contradicts itself, or counters a matter of others'."""
    if challenge.counter_to:
        await _must_counter(tx, principal, challenge, challenge.counter_to)
    check_raised(
        now=tx.now,
        earliest=calendar.first,
        kind=challenge.kind,
        raised_at=raised_at,
        decision_date=challenge.decision_date,
        disputed_until=_disputed_until(tx, challenge.decision_date, calendar),
        raising_agency_id=challenge.raising_agency_id,
        receiving_agency_id=challenge.receiving_agency_id,
        priority=challenge.priority,
        says_why=bool(standing or challenge.priority_reason),  # agencies' own tables have no such column
        safety_action=challenge.safety_action,
        numbers=[child.identifiers for child in challenge.children],
        themes=[challenge.primary_theme, *challenge.secondary_themes],
    )


def _disputed_until(tx: Tx, decision_date: date | None, calendar: Calendar) -> datetime | None:
    """How long a decision of that day can be disputed, by the rule in force; None without a day, or before it has come."""
    day = today(tx.now)
    if decision_date is None or decision_date > day:
        return None
    decided = datetime.combine(max(decision_date, calendar.first), time(12), LONDON)
    return due(rule_on("decision_disputed", day), decided, calendar)


async def _open(tx: Tx, row: Mapping[str, Any], stage: Stage, opening: Opening, clocks: Iterable[Started]) -> None:
    """Enter the first stage here."""
    await open_stage(
        tx,
        row["id"],
        1,
        stage=stage,
        priority=row["priority"],
        opened_at=opening.at,
        opened_by=opening.did,
        receiving_agency_id=row["receiving_agency_id"],
        clocks=clocks,
    )


async def _publish(tx: Tx, row: Mapping[str, Any], causes: Sequence[Cause], steps: Ladder, contacts: Directory) -> None:
    """Emit that it was raised and, where an answer is due, write to those who have to know of it."""
    raised = events.EscalationRaised(
        **facts_of(row, row["status"], row["stage_order"], row["raised_at"]),
        primary_theme=row["primary_theme"],
        ladder=f"{steps.code}/{steps.version}",
        due_at=row["due_at"],
    )
    await emit(tx, raised, causes=causes)
    if row["due_at"]:
        await tell(tx, row, raised, steps, contacts)


async def brought_in(tx: Tx, agency_id: str, own_reference: str) -> bool:
    """Whether an agency's own matter has been brought in before."""
    found = select(BroughtIn.escalation_id).where(BroughtIn.agency_id == agency_id)
    return bool(await tx.scalar(found.where(BroughtIn.own_reference == own_reference)))


async def release(tx: Tx, by: By, escalation_id: UUID) -> None:
    """Those who oversee the matter may see its text again. NotQuarantined where they do already."""
    row = await queries.for_update(tx, by.principal, by.reach, escalation_id)
    must_match(by.if_match, row.version)
    if not row.quarantined:
        raise NotQuarantined("This text is not in quarantine.")
    await write(tx, escalation_id, quarantined=False, version=row.version + 1)
    await remember(tx, dict(row._mapping), "release", Status(row.status), by, at=tx.now)


def _stage(steps: Ladder, standing: Standing | None) -> Stage:
    if standing and standing.stage > steps.last:
        raise Invalid.field("stage", "stage", f"{steps.name} has stages 1 to {steps.last}.")
    return steps.stage(standing.stage if standing else 1)


async def _bring_in(tx: Tx, row: Mapping[str, Any], standing: Standing) -> None:
    """Keep the reference under which the agency knows the matter; where it has been answered, nothing is due."""
    own = {"agency_id": row["raising_agency_id"], "own_reference": standing.own_reference, "escalation_id": row["id"]}
    await tx.add(BroughtIn, own)
    if standing.answered:
        await abandon_clocks(tx, row["id"], 1, tx.now, "bring_in")


def _row(challenge: Challenge, steps: Ladder, stage: Stage, raised_at: datetime) -> dict[str, Any]:
    return {
        "version": 1,
        "kind": challenge.kind,
        "raised_at": raised_at,
        "decision_date": challenge.decision_date,
        "raising_agency_id": challenge.raising_agency_id,
        "receiving_agency_id": challenge.receiving_agency_id,
        "first_receiving_agency_id": challenge.receiving_agency_id,
        "raiser_role": challenge.raiser_role,
        "raiser_team": challenge.raiser_team,
        "receiving_team": challenge.receiving_team,
        "priority": challenge.priority,
        "priority_reason": challenge.priority_reason,
        "primary_theme": challenge.primary_theme,
        "secondary_themes": list(challenge.secondary_themes),
        "level_of_need": highest([child.level_of_need for child in challenge.children]),
        "summary": challenge.summary,
        "wanted": challenge.wanted,
        "guidance": challenge.guidance,
        "safety_action": challenge.safety_action,
        "child_views": challenge.child_views,
        "quarantined": challenge.quarantined,
        "ladder_code": steps.code,
        "ladder_version": steps.version,
        "stage_number": 1,
        "stage_order": stage.order,
        "stage_decided_by": stage.decided_by,
        "counter_to": challenge.counter_to,
        "causes": causes_data(challenge.causes),
        "retention_class": RETENTION,
    }


async def _names(tx: Tx, challenge: Challenge, day: date) -> tuple[str, str]:
    """The two agencies' names of the day; one that is not registered is marked as such."""
    given = {"raising_agency_id": challenge.raising_agency_id}
    if challenge.receiving_agency_id and challenge.receiving_name:
        raise Invalid.field(
            "receiving_name", "both", "Name the receiving agency by its id, or by a name if it is not registered."
        )
    if challenge.receiving_agency_id:
        given["receiving_agency_id"] = challenge.receiving_agency_id
    elif not challenge.receiving_name:
        raise Invalid.field(
            "receiving_agency_id",
            "missing",
            "Name the receiving agency by its id, or one not registered by receiving_name.",
        )
    names = await REGISTER.names_of(tx, given, day)
    return names["raising_agency_id"], names.get("receiving_agency_id", f"not registered: {challenge.receiving_name}")


_NUMBER = Prepared(
    upsert(ReferenceNumber)
    .values(year=bindparam("year"), last=1)
    .on_conflict_do_update(index_elements=["year"], set_={"last": ReferenceNumber.last + 1})
    .returning(ReferenceNumber.last)
)


async def _reference(tx: Tx, raised_at: datetime) -> str:
    """The year's next reference; numbers have no gaps, so nobody has the one after it until this one is committed."""
    quarter = Quarter.of(raised_at)
    year = quarter.slug[2:4] + quarter.slug[5:7]
    return f"ESC-{year}-{await tx.scalar(_NUMBER, {'year': year}):04d}"


async def _must_counter(tx: Tx, principal: Principal, challenge: Challenge, counter_to: UUID) -> None:
    """Invalid where the matter countered is none of the caller's agency: whether there is one is not told; and where this
    does not go back to who raised it, for an agency that is no party would learn of it.
    """
    try:
        countered = await queries.get(tx, principal, Reach(((Scope.OWN, View.IDENTIFIED),)), counter_to)
    except queries.EscalationNotFound:
        raise Invalid.field(
            "counter_to", "unknown_escalation", "Your agency has no part in such an escalation."
        ) from None
    back = countered.receiving_agency_id, countered.raising_agency_id
    if (challenge.raising_agency_id, challenge.receiving_agency_id) != back:
        message = "A counter-challenge goes from the agency that was challenged to the one that challenged it."
        raise Invalid.field("counter_to", "not_back", message)
