"""Approves and declines requests, and keeps what agencies want asked."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert as upsert

from services.training.approvals.domain import must_answer
from services.training.bookings import queries
from services.training.bookings.commands import Desk, begin, move
from services.training.bookings.domain import Do, Status, placed_at_once, step
from services.training.bookings.models import AgencyPractice
from services.training.register.models import REGISTER
from shared.acting import By
from shared.days import today
from shared.db import Tx
from shared.etag import must_match


async def approve(tx: Tx, by: By, booking_id: UUID) -> None:
    """Let somebody go: she has a place, or waits where she stood when she asked. OwnRequest; NotNow."""
    desk, row = await _begin(tx, by, booking_id, Do.APPROVE)
    waiting = (await queries.waiting(tx, desk.session.id)).values() if desk.waiting else ()
    placed = placed_at_once(row.agency_id, waiting, desk.places(tx))
    await move(tx, by, desk, row, [Do.APPROVE, Do.PLACE if placed else Do.QUEUE])
    await desk.leave(tx)


async def decline(tx: Tx, by: By, booking_id: UUID, reason: str) -> None:
    """Do not let somebody go; why. OwnRequest; NotNow."""
    desk, row = await _begin(tx, by, booking_id, Do.DECLINE)
    await move(tx, by, desk, row, [Do.DECLINE], text=reason)
    await desk.leave(tx)


async def practise(tx: Tx, by: By, agency_id: str, if_match: str | None, *, approves: bool) -> None:
    """Say whether the agency wants to approve its people's bookings from now on; what was asked before goes on."""
    await REGISTER.names_of(tx, {"agency_id": agency_id}, today(tx.now))
    row = await queries.practice(tx, agency_id)
    version = row.version if row else 0
    must_match(if_match, version)
    values: dict[str, Any] = {"approves": approves, "version": version + 1, "set_at": tx.now, "set_by": by.subject}
    statement = upsert(AgencyPractice).values(agency_id=agency_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["agency_id"], set_=values))


async def _begin(tx: Tx, by: By, booking_id: UUID, do: Do) -> tuple[Desk, Row[Any]]:
    desk, row = await begin(tx, by, booking_id)
    step(Status(row.status), do)
    assert by.principal
    must_answer(row.subject, row.booked_by, by.principal)
    return desk, row
