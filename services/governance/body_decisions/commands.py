"""Records what a body has decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from services.governance.bodies import queries as bodies
from services.governance.body_decisions import queries
from services.governance.body_decisions.domain import REFERENCE, AlreadySuperseded, How, Taken
from services.governance.body_decisions.models import BodyDecision
from services.governance.memberships.queries import must_chair
from services.governance.references.commands import next_reference
from shared.acting import By
from shared.contracts import governance as events
from shared.days import today
from shared.db import Tx, new_id
from shared.events import Cause, causes_data
from shared.joint_decisions.domain import Partner
from shared.outbox import emit
from shared.problems import Invalid, NotFound

TYPE = "governance.body_decision"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A decision to be recorded."""

    body_id: str
    taken_on: date
    how: How
    text: str
    partners_present: Sequence[Partner] = ()
    partners_agreed: Sequence[Partner] = ()
    about: Cause | None = None
    causes: Sequence[Cause] = ()
    supersedes: UUID | None = None
    meeting_id: UUID | None = None


async def record(tx: Tx, by: By, wanted: Wanted, body_decision_id: UUID | None = None) -> UUID:
    """Record a decision; its id. NotInTheChair; Invalid with every fault; Inquorate; AlreadySuperseded."""
    try:
        body = bodies.body_of(await bodies.get(tx, wanted.body_id))
    except NotFound:
        raise Invalid.field("body_id", "not_established", f"There is no body {wanted.body_id!r}.") from None
    await must_chair(tx, by, body.id)
    taken = Taken(
        how=wanted.how,
        taken_on=wanted.taken_on,
        present=tuple(dict.fromkeys(wanted.partners_present)),
        agreed=tuple(dict.fromkeys(wanted.partners_agreed)),
        supersedes=wanted.supersedes,
    )
    taken.check(body, today(tx.now), await _earlier(tx, wanted))
    quorum = queries.quorum_on(body.kind, taken.taken_on)
    if quorum:
        taken.check_quorum(quorum)
    decision_id = body_decision_id or new_id()
    row = {
        "id": decision_id,
        "reference": await next_reference(tx, REFERENCE),
        "body_id": body.id,
        "how": taken.how,
        "taken_on": taken.taken_on,
        "text": wanted.text,
        "partners_present": list(taken.present),
        "partners_agreed": list(taken.agreed),
        "partners_missing": list(taken.missing(quorum)) if quorum else [],
        "quorum_rule": quorum.rule if quorum else None,
        "meeting_id": wanted.meeting_id,
        "about_type": wanted.about.type if wanted.about else None,
        "about_id": wanted.about.id if wanted.about else None,
        "causes": causes_data(_causes(wanted)),
        "supersedes": taken.supersedes,
        "recorded_at": tx.now,
        "recorded_by": by.subject,
        "agency_id": by.agency_id,
    }
    added = await tx.execute(upsert(BodyDecision).on_conflict_do_nothing(index_elements=["supersedes"]), row)
    if not added.rowcount:
        raise AlreadySuperseded("Another decision stands in its place already: supersede that one.")
    await emit(tx, _told(row), _causes(wanted))
    return decision_id


async def _earlier(tx: Tx, wanted: Wanted) -> Taken | None:
    """The decision in whose place it is to stand. Invalid where there is none of this body's."""
    if wanted.supersedes is None:
        return None
    try:
        row = await queries.get(tx, wanted.supersedes)
    except NotFound:
        row = None
    if row is None or row.body_id != wanted.body_id:
        raise Invalid.field("supersedes", "no_decision", "There is no such decision of this body.")
    return queries.taken_of(row)


def _causes(wanted: Wanted) -> tuple[Cause, ...]:
    """What led to it, and the decision in whose place it stands."""
    earlier = (Cause(TYPE, str(wanted.supersedes)),) if wanted.supersedes else ()
    return (*wanted.causes, *earlier)


def _told(row: Mapping[str, Any]) -> events.BodyDecisionTaken:
    several = ("partners_present", "partners_agreed", "partners_missing")
    single = (
        "reference",
        "body_id",
        "how",
        "taken_on",
        "meeting_id",
        "about_type",
        "about_id",
        "supersedes",
        "agency_id",
    )
    facts: dict[str, Any] = {name: tuple(row[name]) for name in several} | {name: row[name] for name in single}
    return events.BodyDecisionTaken(subject=str(row["id"]), **facts)
