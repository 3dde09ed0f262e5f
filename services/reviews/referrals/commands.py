"""Refers cases for consideration, and joins those that are one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from services.reviews.incidents import queries
from services.reviews.incidents.commands import (
    NOUN,
    ChildGiven,
    begin,
    begun,
    concern,
    finish,
    make_party,
    publish,
    timed,
)
from services.reviews.incidents.domain import (
    Abuse,
    Do,
    Harm,
    Place,
    Source,
    Status,
    check_happened,
    gravest,
    must_be_council,
)
from services.reviews.incidents.models import Incident, Referral
from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.references.commands import next_reference
from services.reviews.register.queries import partners
from shared import rules
from shared.acting import By
from shared.child_records.models import RETENTION
from shared.contracts import incidents as events
from shared.db import Tx, new_id
from shared.events import Cause, causes_data
from shared.joint_decisions.domain import Partner
from shared.problems import Invalid
from shared.pseudonym import Pseudonyms


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an agency tells when it refers a case."""

    agency_id: str
    source: Source
    text: str
    summary: str
    abuse: Abuse
    place: Place
    happened_on: date | None
    council_aware_at: datetime | None
    abuse_suspected_at: datetime | None
    children: Sequence[ChildGiven]
    causes: Sequence[Cause] = ()


async def refer(tx: Tx, by: By, told: Told, pseudonyms: Pseudonyms) -> UUID:
    """Refer a case for consideration; the incident's id. NotYourAgency; Invalid.

    The council knows of it at the latest from now on, so its time runs whether or not anybody has looked at it.
    """
    by.must_reach(told.agency_id)
    three = await partners(tx)
    check_happened("council_aware_at", told.council_aware_at, tx.now, rules.calendar())
    check_happened("abuse_suspected_at", told.abuse_suspected_at, tx.now, rules.calendar())
    incident_id = new_id()
    harm = gravest(queries.facts_of(told.children))
    row: dict[str, Any] = {
        "id": incident_id,
        "reference": await next_reference(tx, "SI", tx.now),
        "version": 1,
        "status": Status.NEAR_MISS if harm is Harm.NEAR_MISS else Status.CONSIDERED,
        "harm": harm,
        "abuse": told.abuse,
        "place": told.place,
        "happened_on": told.happened_on,
        "summary": told.summary,
        "recorded_at": tx.now,
        "agency_id": told.agency_id,
        "council_id": three[Partner.COUNCIL],
        "council_aware_at": told.council_aware_at or tx.now,
        "abuse_suspected_at": told.abuse_suspected_at,
        "rules_version": queries.duties_on(rules.calendar().date_of(tx.now)).version,
        "clock": None,
        "due_at": None,
        "causes": causes_data(told.causes),
        "retention_class": RETENTION,
    }
    if row["status"] == Status.CONSIDERED:
        row |= timed(begun(tx, by, row))
    await tx.execute(insert(Incident), row)
    await concern(tx, incident_id, told.children, pseudonyms, first=1)
    await make_party(tx, row, {*three.values(), told.agency_id})
    referral = {
        "id": new_id(),
        "incident_id": incident_id,
        "agency_id": told.agency_id,
        "source": told.source,
        "text": told.text,
        "referred_at": tx.now,
        "referred_by": by.subject,
        "retention_class": RETENTION,
    }
    await tx.execute(insert(Referral), referral)
    await queries.HISTORY.append(tx, by, row, Do.RECORD, text=told.text, facts={"source": told.source})
    said = {"agency_id": told.agency_id, "source": told.source, "due_at": row["due_at"]}
    await publish(tx, row, events.IncidentRecorded, **said)
    others = {*three.values()} - {told.agency_id}
    facts = {"reference": row["reference"], "due": row["due_at"]}
    await write(tx, Occasion.CASE_REFERRED, Cause(NOUN, str(incident_id)), others, business_unit=True, **facts)
    return incident_id


async def join(tx: Tx, by: By, incident_id: UUID, other_id: UUID, reason: str) -> None:
    """Say that it is the same incident as another, under which it goes on; whoever referred it hears there, at once where that
    is decided. Invalid.
    """
    if other_id == incident_id:
        raise Invalid.field("joined_to", "itself", "Name another incident.")
    row = await begin(tx, by, incident_id, Do.JOIN)
    assert by.principal is not None
    must_be_council(row.council_id, by.principal)
    try:
        other = await queries.get(tx, by.principal, by.reach, other_id)
    except queries.IncidentNotFound:
        raise Invalid.field("joined_to", "unknown_incident", "There is no such incident that you may see.") from None
    if other.status == Status.JOINED:
        raise Invalid.field("joined_to", "joined", "That incident goes on under another itself: name that one.")
    agencies = await queries.parties(tx, incident_id)
    await make_party(tx, other._asdict(), set(agencies))
    referred_by = {one.agency_id for one in await queries.referrals(tx, incident_id)}
    await tx.execute(update(Referral).where(Referral.incident_id == incident_id).values(incident_id=other_id))
    values = {"joined_to": other_id, "due_at": None, "decision_reason": reason, "decided_at": tx.now}
    after = await finish(tx, by, row._asdict(), Do.JOIN, values, text=reason)
    await publish(tx, after, events.IncidentJoined, joined_to=str(other_id))
    if other.decided_at:
        about = Cause(NOUN, str(other_id))
        await write(tx, Occasion.REFERRAL_DECIDED, about, referred_by, reference=other.reference)
