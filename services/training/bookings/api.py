"""The operations that ask for places and show who has them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.training.bookings import commands, queries
from services.training.bookings.commands import Asked, Delegate
from services.training.bookings.domain import PLACED, Status, line
from services.training.bookings.schemas import (
    Became,
    Book,
    BookingPage,
    BookingShown,
    BookingStep,
    BookingWhole,
    BookTeam,
    ListBookings,
    TeamBooked,
)
from services.training.sessions import queries as sessions
from services.training.sessions.domain import when
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import OnceTx, ReadTx

router = Router(tags=["bookings"])

JOINS = PLACED - {Status.OFFERED}


@router.get("/bookings", summary="List bookings")
async def list_bookings(
    caller: Annotated[Caller, Requires(policy.LIST_BOOKINGS)],
    tx: ReadTx,
    wanted: Annotated[ListBookings, Query()],
    pages: Pages,
) -> BookingPage:
    """Those that you may see: your own, your agency's as its lead, those of sessions that you hold."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.asked_at, row.id), datetime.fromisoformat, UUID)
    lines = await _lines(tx, found.rows)
    items = [BookingShown.model_construct(**_shown(row) | lines.get(row.id, NOWHERE)) for row in found.rows]
    return BookingPage.model_construct(items=items, next=found.next)


@router.get("/bookings/{booking_id}", summary="Read one booking")
async def read_booking(
    booking_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_BOOKING)], tx: ReadTx
) -> BookingWhole:
    """One booking: where it stands, and on a waiting list why there."""
    return await show(tx, caller, booking_id, response)


@router.post("/bookings", status_code=201, summary="Book a place")
async def book(
    body: Book, response: Response, caller: Annotated[Caller, Requires(policy.BOOK)], tx: OnceTx
) -> BookingWhole:
    """A place for yourself: yours at once, asked of your agency's lead where your agency wants that, or a place on the waiting list."""
    delegate = Delegate(body.name, body.email, caller.principal.subject)
    asked = await commands.book(
        tx, caller.by(), body.session_id, caller.principal.agency_id, [delegate], approved=False, together=False
    )
    if asked[0].refused:
        raise asked[0].refused
    assert asked[0].booking_id
    response.headers["location"] = f"/training/v1/bookings/{asked[0].booking_id}"
    return await show(tx, caller, asked[0].booking_id, response)


@router.post("/team-bookings", status_code=201, summary="Book places for a team")
async def book_team(
    body: BookTeam, response: Response, caller: Annotated[Caller, Requires(policy.BOOK_TEAM)], tx: OnceTx
) -> TeamBooked:
    """Places for people of one agency by its lead, whose approval this is: all together, or each for herself, and what became of each."""
    by, agency_id = caller.by(), body.agency_id or caller.principal.agency_id
    by.must_reach(agency_id)
    delegates = [Delegate(one.name, one.email, one.subject) for one in body.delegates]
    asked = await commands.book(tx, by, body.session_id, agency_id, delegates, approved=True, together=body.together)
    response.headers["location"] = f"/training/v1/bookings?session_id={body.session_id}"
    return _team(body.session_id, asked)


async def show(tx: Tx, caller: Caller, booking_id: UUID, response: Response) -> BookingWhole:
    """The booking as it now stands."""
    row = await queries.get(tx, caller.principal, caller.reach, booking_id)
    response.headers["etag"] = etag(row.version)
    steps = [BookingStep.model_construct(**one._mapping) for one in await queries.history(tx, booking_id)]
    lines = await _lines(tx, [row])
    return BookingWhole.model_construct(**_shown(row) | lines.get(row.id, NOWHERE), steps=steps)


NOWHERE: dict[str, Any] = {"position": None, "why_there": None}


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
                found[row.id] = {"position": stands.position, "why_there": stands.sentence(row.asked_at)}
    return found


def _shown(row: Row[Any]) -> dict[str, Any]:
    return row._asdict() | {
        "when": when(row.starts_at, row.ends_at),
        "joining_link": row.joining_link if row.status in JOINS else None,
        "in_time_until": queries.in_time_until(row.starts_at),
    }


def _team(session_id: UUID, asked: Sequence[Asked]) -> TeamBooked:
    counted = Counter(one.status for one in asked)
    return TeamBooked.model_construct(
        session_id=session_id,
        booked=counted[Status.BOOKED],
        waiting=counted[Status.WAITING],
        requested=counted[Status.REQUESTED],
        refused=counted[None],
        delegates=[
            Became.model_construct(
                email=one.delegate.email,
                booking_id=one.booking_id,
                status=one.status.value if one.status else None,
                refused=one.refused.code if one.refused else None,
                detail=one.refused.detail if one.refused else None,
            )
            for one in asked
        ],
    )
