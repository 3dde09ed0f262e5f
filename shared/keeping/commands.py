"""Places, reviews and lifts legal holds, and keeps in step until when each record is kept."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.acting import By
from shared.db import Tx, new_id
from shared.jobs import Job, follows
from shared.keeping.domain import Do, Status, check_review, must_have_placed, step
from shared.keeping.queries import Keeping, Kept

EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Placing:
    """On which matter a legal hold is placed, why, by whose authority, and when it is looked at again."""

    matter_type: str
    matter_id: UUID
    reason: str
    authority: str
    review_on: date


async def place(tx: Tx, keeping: Keeping, by: By, said: Placing, hold_id: UUID | None = None) -> UUID:
    """Hold a matter with all that belongs to it, and will; the hold's id. MatterNotFound, Invalid."""
    kept = keeping.matter(said.matter_type)
    check_review(said.review_on, tx.now)
    reference = await keeping.lock_matter(tx, by, kept, said.matter_id)
    row: dict[str, Any] = vars(said) | {
        "id": hold_id or new_id(),
        "version": 1,
        "status": Status.LIVE,
        "reference": reference,
        "placed_at": tx.now,
        "placed_by": by.subject,
        "agency_id": by.agency_id,
    }
    await tx.add(keeping.hold, row)
    await keeping.history.append(tx, by, row, Do.PLACE, text=said.reason)
    await _spread(tx, keeping, kept, said.matter_id)
    found: UUID = row["id"]
    return found


async def review(tx: Tx, keeping: Keeping, by: By, hold_id: UUID, *, review_on: date, reason: str) -> None:
    """It was looked at and lasts, until it is looked at again. NotYourAgency for who has not placed it."""
    row = await keeping.as_read(tx, by, hold_id)
    must_have_placed(row.agency_id, by.principal.agencies if by.principal else ())
    status = step(Status(row.status), Do.REVIEW)
    check_review(review_on, tx.now)
    changed = {"status": status, "review_on": review_on}
    await keeping.history.write(tx, by, row._asdict(), Do.REVIEW, changed, text=reason)


async def lift(tx: Tx, keeping: Keeping, by: By, hold_id: UUID, *, reason: str) -> None:
    """It is over; the matter is free when no other hold is on it, or on what it belongs to. NotYourAgency as with `review`."""
    row = await keeping.as_read(tx, by, hold_id)
    must_have_placed(row.agency_id, by.principal.agencies if by.principal else ())
    changed = {"status": step(Status(row.status), Do.LIFT), "lifted_at": tx.now}
    await keeping.history.write(tx, by, row._asdict(), Do.LIFT, changed, text=reason)
    kept = keeping.matter(row.matter_type)
    await keeping.lock_matter(tx, By(None, by.reach), kept, row.matter_id)
    await _spread(tx, keeping, kept, row.matter_id)


async def _spread(tx: Tx, keeping: Keeping, kept: Kept, matter_id: UUID) -> None:
    """Bring a matter into step, and whatever belongs to what was changed by that."""
    months = await keeping.months(tx)
    changed: dict[type[Any], list[UUID]] = defaultdict(list)
    for one, link, statement in keeping.spreading:
        ids = [matter_id] if link is None and one is kept else changed[link.parent] if link else []
        if ids:
            rows = await tx.rows(statement, {"ids": ids, "months": months})
            changed[one.table] += [row.id for row in rows]


async def keep(tx: Tx, keeping: Keeping) -> int:
    """Write for a batch of every table until when its records are kept, and which are held; how many were not so."""
    months = await keeping.months(tx)
    if not months and not await tx.scalar(keeping.any_held):
        return 0
    await tx.execute(text("SET LOCAL statement_timeout = 0"))  # each goes through a whole table
    return sum([(await tx.execute(statement, {"months": months})).rowcount for statement in keeping.sweeping])


def job(keeping: Keeping) -> Job:
    """The sweep that keeps days and flags in step: with the schedule, with what ends or is taken up again, and what is added."""

    async def run(tx: Tx) -> int:
        return await keep(tx, keeping)

    return Job("records-kept", EVERY, run, follows)
