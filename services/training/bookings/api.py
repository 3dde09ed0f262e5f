"""The operations that show who has a place and who waits for one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.training.bookings import queries
from services.training.bookings.domain import PLACED, Line, Status, line
from services.training.bookings.schemas import (
    BookingPage,
    BookingShown,
    BookingStep,
    BookingWhole,
    ListBookings,
)
from services.training.sessions import queries as sessions
from services.training.sessions.domain import when
from shared.acting import BY_LINK
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import OR_CSV, Pages, table_or
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["bookings"])

JOINS = PLACED - {Status.OFFERED}


@router.get("/bookings", summary="List bookings", response_model=BookingPage, responses=OR_CSV)
async def list_bookings(
    request: Request,
    caller: Annotated[Caller, Requires(policy.LIST_BOOKINGS)],
    tx: ReadTx,
    wanted: Annotated[ListBookings, Query()],
    pages: Pages,
) -> BookingPage | Response:
    """Your own, your agency's as its lead, those of sessions that you hold; as a table where `Accept` asks for text/csv."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.asked_at, row.id), datetime.fromisoformat, UUID)
    lines = await _lines(tx, found.rows)
    items = [BookingShown.model_construct(**shown(row._asdict()) | lines.get(row.id, NOWHERE)) for row in found.rows]
    whole = BookingPage.model_construct(items=items, next=found.next)
    return table_or(request, whole, items, BookingShown, found.next)


@router.get("/bookings/{booking_id}", summary="Read one booking")
async def read_booking(
    booking_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_BOOKING)], tx: ReadTx
) -> BookingWhole:
    """One booking: where it stands, and on a waiting list why there."""
    return await show(tx, caller, booking_id, response)


async def show(tx: Tx, caller: Caller, booking_id: UUID, response: Response) -> BookingWhole:
    """The booking as it now stands."""
    row = await queries.get(tx, caller.principal, caller.reach, booking_id)
    response.headers["etag"] = etag(row.version)
    steps = [
        BookingStep.model_construct(**one._mapping, by_link=one.actor == BY_LINK.subject)
        for one in await queries.history(tx, booking_id)
    ]
    lines = await _lines(tx, [row])
    return BookingWhole.model_construct(**shown(row._asdict()) | lines.get(row.id, NOWHERE), steps=steps)


NOWHERE: dict[str, Any] = {"position": None, "why_there": None}


def standing(line: Line, asked_at: datetime) -> dict[str, Any]:
    """A place on a waiting list, as answers show it."""
    return {"position": line.position, "why_there": line.sentence(asked_at)}


async def _lines(tx: Tx, rows: Sequence[Row[Any]]) -> dict[UUID, dict[str, Any]]:
    """Where each of these stands on its waiting list, and why; of those who wait."""
    found: dict[UUID, dict[str, Any]] = {}
    rules = queries.rules_on(tx.now)
    for session_id in {row.session_id for row in rows if row.status == Status.WAITING}:
        places = sessions.places_of(await sessions.get(tx, session_id), tx.now)
        waiting = await queries.waiting(tx, session_id)
        for row in rows:
            if row.id in waiting:
                stands = line(rules, waiting[row.id], waiting.values(), places)
                found[row.id] = standing(stands, row.asked_at)
    return found


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A booking with its session, as answers show it."""
    return dict(row) | {
        "when": when(row["starts_at"], row["ends_at"]),
        "joining_link": row["joining_link"] if row["status"] in JOINS else None,
        "in_time_until": queries.in_time_until(row["starts_at"]),
    }
