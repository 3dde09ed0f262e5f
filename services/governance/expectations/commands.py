"""Sets expectations, and ends them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from services.governance.agencies import queries as agencies
from services.governance.bodies import queries as bodies
from services.governance.expectations import queries
from services.governance.expectations.models import ExpectationRow
from services.governance.memberships.queries import must_chair
from services.governance.terms.domain import Term, cut_short
from shared.acting import By
from shared.contracts import governance_meetings as events
from shared.days import DAY, today
from shared.db import Tx, new_id
from shared.outbox import emit
from shared.problems import Invalid, NotFound


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An expectation to be set."""

    body_id: str
    agency_id: str
    share: int
    expected_by: str
    starts_on: date


async def expect(tx: Tx, by: By, wanted: Wanted, expectation_id: UUID | None = None) -> UUID:
    """Expect an agency at a body's meetings; the expectation's id. The one before ends the day before.

    NotInTheChair; Invalid where there is no such body or agency, or one begins later than this.
    """
    try:
        await bodies.for_update(tx, wanted.body_id)
    except NotFound:
        raise Invalid.field("body_id", "not_established", f"There is no body {wanted.body_id!r}.") from None
    await must_chair(tx, by, wanted.body_id)
    await agencies.in_effect(tx, "agency_id", wanted.agency_id, Term(wanted.starts_on, wanted.starts_on))
    before = await queries.open_one(tx, wanted.body_id, wanted.agency_id)
    if before and before.starts_on >= wanted.starts_on:
        raise Invalid.field(
            "starts_on", "not_later", f"One holds from {before.starts_on}: a new one begins after that day."
        )
    if before:
        await _end(tx, by, before, wanted.starts_on - DAY)
    row: dict[str, Any] = {
        "id": expectation_id or new_id(),
        "body_id": wanted.body_id,
        "agency_id": wanted.agency_id,
        "share": wanted.share,
        "expected_by": wanted.expected_by,
        "starts_on": wanted.starts_on,
        "ends_on": None,
        "set_at": tx.now,
        "set_by": by.subject,
        "version": 1,
    }
    await tx.execute(insert(ExpectationRow), row)
    await emit(tx, events.ExpectationSet(**_facts(row)))
    found: UUID = row["id"]
    return found


async def end(tx: Tx, by: By, expectation_id: UUID, last_day: date) -> None:
    """Expect it no longer. ExpectationNotFound; NotInTheChair; TermOver; Invalid for a day too early or too late."""
    row = await queries.as_read(tx, expectation_id, by.if_match)
    await must_chair(tx, by, row.body_id)
    cut_short(Term(row.starts_on, row.ends_on), last_day, today(tx.now))
    await _end(tx, by, row, last_day)


async def _end(tx: Tx, by: By, row: Row[Any], last_day: date) -> None:
    values = {"ends_on": last_day, "version": row.version + 1}
    await tx.execute(update(ExpectationRow).where(ExpectationRow.id == row.id).values(**values))
    await emit(tx, events.ExpectationEnded(**_facts(row._asdict() | values)))


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    names = ("body_id", "agency_id", "share", "starts_on", "ends_on")
    return {name: row[name] for name in names} | {"subject": str(row["id"])}
