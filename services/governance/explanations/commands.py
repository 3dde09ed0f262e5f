"""Asks agencies why they came so seldom, takes their answers, and writes where none comes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from services.governance.agencies import queries as agencies
from services.governance.attendances import queries as attendances
from services.governance.attendances.domain import Tally
from services.governance.bodies import queries as bodies
from services.governance.explanations import queries
from services.governance.explanations.domain import Do, Status, asks, step
from services.governance.explanations.models import Explanation
from services.governance.explanations.queries import Asking
from services.governance.letters.commands import write
from services.governance.letters.domain import Occasion
from shared.acting import AS_RULED, By
from shared.contracts import governance_meetings as events
from shared.days import DAY, day_begins, months_later, today
from shared.db import Tx, new_id
from shared.deadlines import Rule, Unit, due
from shared.etag import must_match
from shared.events import Cause
from shared.outbox import emit
from shared.rules import calendar

NOUN = "governance.explanation"
ANSWERED = "explanation_answered"
BATCH = 100


async def ask_where_below(tx: Tx, body_id: str) -> int:
    """Ask each agency that has come to a body's meetings less often than is expected of it; how many."""
    day = today(tx.now)
    rule = queries.asking_on(day)
    if rule is None:
        return 0
    first = months_later(day, -rule.window_months)
    found = await attendances.over(tx, None, AS_RULED.reach, body_id, first, day)
    asked = {agency_id: today(at) for agency_id, at in (await queries.last_asked(tx, body_id)).items()}
    wanted = [
        tally
        for tally in found.tallies
        if asks(tally, rule.least_meetings, asked.get(tally.agency_id), day, rule.again_after_months)
    ]
    body = await bodies.get(tx, body_id)
    for tally in wanted:
        row = _row(tx, body_id, tally, rule) | {"first_day": first, "last_day": day}
        await tx.execute(insert(Explanation), row)
        await emit(tx, events.ExplanationAsked(**_facts(row)))
        said = {"attended": tally.attended, "of": tally.of, "body": body.name, "due": row["answer_by"]}
        await write(tx, Occasion.EXPLANATION_ASKED, Cause(NOUN, str(row["id"])), [tally.agency_id], **said)
    return len(wanted)


async def answer(tx: Tx, by: By, explanation_id: UUID, text: str) -> None:
    """Say why. ExplanationNotFound; NotYourAgency for another agency's; NotNow where it has been said."""
    assert by.principal
    row = await queries.for_update(tx, by.principal, by.reach, explanation_id)
    must_match(by.if_match, row.version)
    by.must_reach(row.agency_id)
    status = step(Status(row.status), Do.ANSWER)
    values = {"status": status, "answer": text, "answered_at": tx.now, "answered_by": by.subject}
    await tx.execute(update(Explanation).where(Explanation.id == row.id).values(**values, version=row.version + 1))
    await emit(tx, events.ExplanationAnswered(**_facts(row._asdict() | values)))


async def tell_overdue(tx: Tx) -> int:
    """Write, once, to each agency whose answer was due and has not come, and to the business unit; how many in this batch."""
    waiting = (queries.overdue(today(tx.now)), Explanation.told_at.is_(None))
    rows = await tx.rows(select(*queries.COLUMNS).where(*waiting).limit(BATCH).with_for_update())
    names = await agencies.entries(tx, [row.agency_id for row in rows])
    for row in rows:
        await tx.execute(update(Explanation).where(Explanation.id == row.id).values(told_at=tx.now))
        said = {
            "agency": names[row.agency_id].name,
            "body": (await bodies.get(tx, row.body_id)).name,
            "due": row.answer_by,
        }
        about = Cause(NOUN, str(row.id))
        await write(tx, Occasion.EXPLANATION_OVERDUE, about, [row.agency_id], business_unit=True, **said)
    return len(rows)


async def next_overdue(tx: Tx) -> datetime | None:
    """When the next last day for an answer is over."""
    waiting = (Explanation.status == Status.ASKED, Explanation.told_at.is_(None))
    day: date | None = await tx.scalar(select(func.min(Explanation.answer_by)).where(*waiting))
    return day_begins(day + DAY) if day else None


def _row(tx: Tx, body_id: str, tally: Tally, rule: Asking) -> dict[str, Any]:
    days = Rule(code=ANSWERED, version=str(rule.version), amount=rule.answer_working_days, unit=Unit.WORKING_DAYS)
    counted = calendar()
    return {
        "id": new_id(),
        "body_id": body_id,
        "agency_id": tally.agency_id,
        "version": 1,
        "status": Status.ASKED,
        "attended": tally.attended,
        "of": tally.of,
        "expected_share": tally.share,
        "rule": f"attendance/{rule.version}",
        "asked_at": tx.now,
        "answer_by": counted.date_of(due(days, tx.now, counted)),
    }


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    names = ("body_id", "agency_id", "status", "attended", "of", "expected_share", "answer_by")
    return {name: row[name] for name in names} | {"subject": str(row["id"])}
