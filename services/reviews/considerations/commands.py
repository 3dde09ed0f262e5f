"""Writes down what becomes known of a case and what the partners think, and asks the three whether it need not be notified."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from services.reviews.incidents import commands, queries
from services.reviews.incidents.commands import (
    NOUN,
    ChildGiven,
    another_form,
    begin,
    begun_anew,
    concern,
    finish,
    moved,
    occurrences,
    publish,
    timed,
)
from services.reviews.incidents.domain import (
    BEFORE_THE_PANEL,
    Abuse,
    Do,
    Harm,
    Opinion,
    Status,
    check_happened,
    gravest,
    is_graver,
    must_be_council,
    must_be_open_to_decision,
    must_be_partner,
)
from services.reviews.incidents.models import IncidentChild, PartnerView
from services.reviews.joint_decisions.commands import ASKING, overtaken
from services.reviews.register.models import REGISTER
from shared import kept_clocks, rules
from shared.acting import By
from shared.contracts import incidents as events
from shared.db import Tx
from shared.events import Cause
from shared.joint_decisions.commands import Question
from shared.joint_decisions.domain import Status as DecisionStatus
from shared.problems import Conflict, Invalid
from shared.pseudonym import Pseudonyms

KIND = "do_not_notify"
KNOWN_ANEW = "More has become known of the incident than the three were asked about."


class AskedAlready(Conflict):
    """The three are being asked about this already."""

    code = "asked_already"
    title = "The three are being asked already"
    cure = "Vote on the joint decision."


async def amend(
    tx: Tx,
    by: By,
    incident_id: UUID,
    pseudonyms: Pseudonyms,
    *,
    changed: Mapping[str, Any],
    harms: Mapping[int, Mapping[str, Any]],
    children: Sequence[ChildGiven],
    reason: str,
) -> None:
    """Write down what has become known, which may be graver than what was weighed.

    Then a near miss, or what all three did not want notified, is considered anew and the council's time begins; who came
    to be known after a notification needs a form of her own, and perhaps the review that nobody needed before. A question
    to the three about what was known before is taken back.
    """
    assert by.principal is not None
    if harms or children or "abuse" in changed:
        row = await queries.get(tx, by.principal, by.reach, incident_id)
        await overtaken(tx, by, row.decision_id, KNOWN_ANEW)
    row = await begin(tx, by, incident_id, Do.AMEND)
    known = await queries.children(tx, [incident_id])
    numbers = {child.number for child in known}
    if unknown := sorted(harms.keys() - numbers):
        raise Invalid.field("harms", "unknown_child", f"No child of this incident has the number {unknown[0]}.")
    for number, one in ((number, one) for number, one in harms.items() if one):
        of_child = IncidentChild.incident_id == incident_id, IncidentChild.number == number
        await tx.execute(update(IncidentChild).where(*of_child).values(**one))
    await concern(tx, incident_id, children, pseudonyms, first=len(known) + 1)
    was, now = (queries.facts_of(some) for some in (known, await queries.children(tx, [incident_id])))
    abuse, harm = Abuse(changed.get("abuse", row.abuse)), gravest(now)
    values = {**changed, "harm": harm}
    if row.status in BEFORE_THE_PANEL:
        values["review_needed"] = row.review_needed or not queries.duties(row.rules_version).exempting(now, abuse)
        values |= another_form(tx) if await queries.unsubmitted(tx, incident_id) else {}
    said = {"fields": sorted(changed), "harms": {str(number): dict(one) for number, one in harms.items()}}
    after = await finish(tx, by, row._asdict(), Do.AMEND, values, text=reason, facts=said | {"children": len(children)})
    spared = row.status == Status.NOT_NOTIFIED and is_graver(was, Abuse(row.abuse), now, abuse)
    if spared or (row.status == Status.NEAR_MISS and harm is not Harm.NEAR_MISS):
        facts = {"harm": harm}
        after = await finish(tx, by, after, Do.RECLASSIFY, begun_anew(tx, by, after), text=None, facts=facts)
    await publish(tx, after, events.IncidentAmended, due_at=after["due_at"])


async def choose_start(
    tx: Tx,
    by: By,
    incident_id: UUID,
    *,
    start: str,
    happened_at: Mapping[str, datetime],
    reason: str,
    approved_by: str | None,
) -> None:
    """Count the time from another event, or from that event's right date: a new date beside the old.

    Invalid for an event that has not happened, and for a later date that nobody else has approved.
    """
    row = await begin(tx, by, incident_id, Do.CHOOSE_START)
    assert by.principal is not None
    must_be_council(row.council_id, by.principal)
    for path, at in happened_at.items():
        check_happened(path, at, tx.now, rules.calendar())
    happened = occurrences(row._asdict() | dict(happened_at))
    clock = moved(tx, by, kept_clocks.read(row.clock), happened, start, reason, approved_by)
    values = {**happened_at, **timed(clock), "overdue_at": None}
    after = await finish(tx, by, row._asdict(), Do.CHOOSE_START, values, text=reason, facts={"start": start})
    await publish(tx, after, events.IncidentStartChosen, start=start, due_at=clock.target)


async def give_view(tx: Tx, by: By, incident_id: UUID, *, opinion: Opinion, text: str | None) -> None:
    """Write down what one of the three thinks. It changes nothing of the council's duty."""
    row = await begin(tx, by, incident_id, Do.GIVE_VIEW)
    assert by.principal is not None, "a view is a person's"
    must_be_partner(by.principal)
    given = {
        "incident_id": incident_id,
        "partner": by.principal.agency_type.value,
        "agency_id": by.principal.agency_id,
        "opinion": opinion,
        "text": text,
        "given_at": tx.now,
        "given_by": by.subject,
    }
    await tx.execute(insert(PartnerView), given)
    after = await finish(tx, by, row._asdict(), Do.GIVE_VIEW, {}, text=text, facts={"opinion": opinion})
    said = {name: given[name] for name in ("partner", "agency_id", "opinion")}
    await publish(tx, after, events.IncidentViewGiven, **said)


async def conclude(tx: Tx, by: By, incident_id: UUID, *, reason: str) -> None:
    """Say, for the council, what becomes of a near miss. NotTheCouncil."""
    row = await begin(tx, by, incident_id, Do.CONCLUDE)
    assert by.principal is not None
    must_be_council(row.council_id, by.principal)
    await commands.conclude(tx, by, row, reason)


async def propose(tx: Tx, by: By, incident_id: UUID, *, reason: str, concerned: Sequence[str]) -> None:
    """Ask the three whether it need not be notified. MustBeNotified where the law has decided; AskedAlready.

    The council's time runs on, and it may notify at any moment.
    """
    row = await begin(tx, by, incident_id, Do.PROPOSE)
    facts = queries.facts_of(await queries.children(tx, [incident_id]))
    must_be_open_to_decision(queries.duties(row.rules_version).binding(facts, Abuse(row.abuse)))
    if await queries.decision_status(tx, row.decision_id) == DecisionStatus.OPEN:
        raise AskedAlready("Their votes are awaited: read the joint decision, and vote there.")
    named = {f"concerned_agency_ids.{index}": one for index, one in enumerate(concerned)}
    await REGISTER.names_of(tx, named, rules.calendar().date_of(tx.now))
    asked = Question(kind=KIND, text=reason, subject=Cause(NOUN, str(incident_id)), concerned=concerned)
    decision_id = await ASKING.open(tx, by, asked)
    await finish(tx, by, row._asdict(), Do.PROPOSE, {"decision_id": decision_id}, text=reason)


async def decided(tx: Tx, by: By, decision: Mapping[str, Any], reasons: str) -> None:
    """Follow what the three have decided: not notified by all three; in any other case the council's duty stands."""
    row = await queries.locked(tx, UUID(decision["subject_id"]))
    against = decision["status"] == DecisionStatus.REACHED and decision["choice"] == KIND
    if decision["status"] == DecisionStatus.WITHDRAWN or row.status != Status.CONSIDERED:
        return
    values = {"decision_reason": reasons, "decided_at": tx.now, "due_at": None} if against else {}
    after = await finish(tx, by, row._asdict(), Do.DECIDE if against else Do.STAND, values, text=reasons)
    event = events.IncidentNotNotified if against else events.IncidentDutyStands
    await publish(tx, after, event, decision_id=str(decision["id"]))
