"""Writes down that matters were opened in an emergency, tells of it at once, and what its review found."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, update

from services.escalations.break_glass import queries
from services.escalations.break_glass.domain import Finding, must_review
from services.escalations.break_glass.models import BreakGlass, Opened
from services.escalations.escalations.commands import By
from services.escalations.escalations.domain import quarantines
from services.escalations.ladders.domain import Priority
from services.escalations.ladders.queries import ladder
from services.escalations.letters.commands import alert
from services.escalations.rulebook import CALENDAR, rule_on
from shared.child_records.domain import MISREAD, misreadings
from shared.child_records.models import RETENTION
from shared.contracts import escalations as events
from shared.days import today
from shared.db import Tx, new_id
from shared.deadlines import due
from shared.etag import must_match
from shared.outbox import emit
from shared.problems import Invalid


async def use(
    tx: Tx, by: By, matters: Sequence[Row[Any]], *, numbers: Sequence[tuple[str, str]], reason: str
) -> tuple[UUID, date]:
    """Record the opening of these matters, and tell both sides of each and the business unit; its id and review date.

    A reason that seems to identify somebody is taken all the same, and quarantined: nobody is kept waiting for words.
    Invalid where nothing is known under a number that was misread: it is not said that nothing is known of the child.
    """
    if not matters and (errors := misreadings("identifiers", numbers)):
        raise Invalid(MISREAD, errors=errors)
    quarantines(Priority.IMMEDIATE, by.doubts)
    rule = rule_on("break_glass_reviewed", today(tx.now))
    review_by = today(due(rule, tx.now, CALENDAR))
    opening_id = new_id()
    opening = {
        "id": opening_id,
        "version": 1,
        "used_at": tx.now,
        "used_by": by.principal.subject,
        "agency_id": by.principal.agency_id,
        "reason": reason,
        "quarantined": bool(by.doubts),
        "review_by": review_by,
        "retention_class": RETENTION,
    }
    await tx.add(BreakGlass, opening)
    if matters:
        opened = [{"break_glass_id": opening_id, "escalation_id": matter.id} for matter in matters]
        await tx.add(Opened, opened)
    await emit(tx, events.BreakGlassUsed(**_facts(tx, opening, [str(matter.id) for matter in matters])))
    for matter in matters:
        await alert(tx, dict(matter._mapping), await ladder(tx, matter.ladder_code, matter.ladder_version))
    return opening_id, review_by


async def review(tx: Tx, by: By, break_glass_id: UUID, *, finding: Finding, text: str) -> None:
    """Write down what the review found. OwnOpening, Reviewed as `must_review`."""
    row = await queries.get(tx, by.principal, by.reach, break_glass_id, lock=True)
    must_match(by.if_match, row.version)
    must_review(row.used_by, row.finding, by.principal.subject)
    quarantines(Priority.STANDARD, by.doubts)
    found = {
        "version": row.version + 1,
        "reviewed_at": tx.now,
        "reviewed_by": by.principal.subject,
        "finding": finding,
        "review": text,
    }
    await tx.execute(update(BreakGlass).where(BreakGlass.id == break_glass_id).values(**found))
    facts = _facts(tx, row._mapping, [str(one) for one in row.escalation_ids or ()])
    await emit(tx, events.BreakGlassReviewed(**facts, finding=finding))


def _facts(tx: Tx, opening: Any, escalation_ids: Sequence[str]) -> dict[str, Any]:
    return {
        "subject": str(opening["id"]),
        "agency_id": opening["agency_id"],
        "escalation_ids": tuple(escalation_ids),
        "review_by": opening["review_by"],
        "at": tx.now,
    }
