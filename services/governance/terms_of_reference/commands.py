"""Records that a body has adopted terms of reference, or has reviewed and kept them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.governance.bodies import queries as bodies
from services.governance.bodies.domain import Kind
from services.governance.body_decisions import queries as body_decisions
from services.governance.memberships.queries import must_chair
from services.governance.terms_of_reference import queries
from services.governance.terms_of_reference.domain import check
from services.governance.terms_of_reference.models import TermsOfReference
from shared.acting import By
from shared.contracts import governance_bodies as events
from shared.days import today
from shared.db import Tx, new_id
from shared.events import Cause
from shared.outbox import emit
from shared.problems import Invalid, NotFound

DECISION = "governance.body_decision"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Terms of reference to be recorded."""

    body_id: str
    adopted_on: date
    text: str
    changed: bool = True
    link: str | None = None
    body_decision_id: UUID | None = None


async def adopt(tx: Tx, by: By, wanted: Wanted, terms_of_reference_id: UUID | None = None) -> UUID:
    """Record a version; its id. NotInTheChair; Invalid with every fault, or where the decision is another body's."""
    try:
        body = await bodies.for_update(tx, wanted.body_id)
    except NotFound:
        raise Invalid.field("body_id", "not_established", f"There is no body {wanted.body_id!r}.") from None
    await must_chair(tx, by, body.id)
    before = await queries.last_of(tx, body.id)
    check(wanted.adopted_on, today(tx.now), before.adopted_on if before else None)
    if wanted.body_decision_id:
        await _check_decision(tx, wanted.body_decision_id, {body.id, *body.parent_ids})
    review = queries.review_on(Kind(body.kind), wanted.adopted_on)
    row: dict[str, Any] = {
        "id": terms_of_reference_id or new_id(),
        "body_id": body.id,
        "number": before.number + 1 if before else 1,
        "adopted_on": wanted.adopted_on,
        "changed": wanted.changed,
        "text": wanted.text,
        "link": wanted.link,
        "body_decision_id": wanted.body_decision_id,
        "review_due_on": review.due_on(wanted.adopted_on) if review else None,
        "rule": review.rule if review else None,
        "recorded_at": tx.now,
        "recorded_by": by.subject,
        "agency_id": by.agency_id,
    }
    await tx.execute(insert(TermsOfReference), row)
    names = ("body_id", "number", "adopted_on", "changed", "review_due_on", "agency_id")
    causes = (Cause(DECISION, str(wanted.body_decision_id)),) if wanted.body_decision_id else ()
    await emit(
        tx, events.TermsOfReferenceAdopted(subject=str(row["id"]), **{name: row[name] for name in names}), causes
    )
    found: UUID = row["id"]
    return found


async def _check_decision(tx: Tx, body_decision_id: UUID, of: set[str]) -> None:
    try:
        decision = await body_decisions.get(tx, body_decision_id)
    except NotFound:
        decision = None
    if decision is None or decision.body_id not in of:
        message = "Name a decision of this body, or of one to which it reports."
        raise Invalid.field("body_decision_id", "no_decision", message)
