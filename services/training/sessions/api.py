"""The operations on sessions: list, read, plan, move; those by which places come free stand with the offers."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.training.sessions import commands, queries
from services.training.sessions.commands import Trainer
from services.training.sessions.domain import Kind, Plan, Status, when
from services.training.sessions.schemas import (
    KeptShown,
    ListSessions,
    MoveSession,
    PlanSession,
    SessionPage,
    SessionShown,
    SessionStep,
    SessionWhole,
    TrainerGiven,
    TrainerShown,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import Principal, Role
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["sessions"])

RUNNING = frozenset({Role.TRAINING_MANAGER, Role.BUSINESS_UNIT})


@router.get("/sessions", summary="List sessions")
async def list_sessions(
    caller: Annotated[Caller, Requires(policy.LIST_SESSIONS)],
    tx: ReadTx,
    wanted: Annotated[ListSessions, Query()],
    pages: Pages,
) -> SessionPage:
    """When there is training, in the order of time, with the places that are left."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.starts_at, row.id), datetime.fromisoformat, UUID)
    items = [SessionShown.model_construct(**_shown(row, tx, caller.principal)) for row in found.rows]
    return SessionPage.model_construct(items=items, next=found.next)


@router.get("/sessions/{session_id}", summary="Read one session")
async def read_session(
    session_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_SESSION)], tx: ReadTx
) -> SessionWhole:
    """One session, with what was done to it: every time once given remains."""
    return await show(tx, caller, session_id, response)


@router.post("/sessions", status_code=201, summary="Plan a session")
async def plan_session(
    body: PlanSession, response: Response, caller: Annotated[Caller, Requires(policy.PLAN_SESSION)], tx: OnceTx
) -> SessionWhole:
    """Plan a session of a course: open to its distribution lists, or with places that are booked."""
    plan = Plan(
        kind=body.kind,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        place=body.place,
        joining_link=body.joining_link,
        distribution_lists=tuple(body.distribution_lists),
        places=body.places,
        booking_closes_at=body.booking_closes_at,
        kept=tuple(one.kept for one in body.kept),
    )
    session_id = await commands.plan(tx, caller.by(), body.course_id, plan, trainers_of(body.trainers))
    response.headers["location"] = f"/training/v1/sessions/{session_id}"
    return await show(tx, caller, session_id, response)


@router.post("/sessions/{session_id}/move", summary="Move a session")
async def move_session(
    session_id: UUID,
    body: MoveSession,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MOVE_SESSION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> SessionWhole:
    """Hold it at another time or place; who is booked stays booked, and booking closes as long before it as was planned."""
    by, place = caller.by(if_match), body.place
    await commands.move(tx, by, session_id, body.starts_at, body.ends_at, place, body.reason)
    return await show(tx, caller, session_id, response)


async def show(tx: Tx, caller: Caller, session_id: UUID, response: Response) -> SessionWhole:
    """The session as it now stands."""
    row = await queries.with_steps(tx, session_id)
    response.headers["etag"] = etag(row.version)
    steps = [SessionStep.model_construct(**one) for one in row.steps]
    return SessionWhole.model_construct(**_shown(row, tx, caller.principal) | {"steps": steps})


def _shown(row: Row[Any], tx: Tx, principal: Principal) -> dict[str, Any]:
    runs = bool(RUNNING & principal.roles)
    trains = Role.TRAINER in principal.roles and any(one["subject"] == principal.subject for one in row.trainers)
    free = queries.places_of(row, tx.now).free(principal.agency_id) if row.kind == Kind.BOOKED else None
    open_ = row.status == Status.PLANNED and row.booking_closes_at is not None and tx.now < row.booking_closes_at
    return row._asdict() | {
        "when": when(row.starts_at, row.ends_at),
        "joining_link": row.joining_link if runs or trains or row.kind == Kind.OPEN else None,
        "distribution_lists": row.distribution_lists if runs else [],
        "taken": sum(row.taken.values()),
        "free": free,
        "booking_open": open_,
        "unclosed": row.status == Status.PLANNED and row.ends_at <= tx.now,
        "kept": [KeptShown.model_construct(**one) for one in row.kept],
        "trainers": [TrainerShown.model_construct(**one) for one in row.trainers],
    }


def trainers_of(given: list[TrainerGiven]) -> list[Trainer]:
    """The trainers given, as commands want them."""
    return [Trainer(one.subject, one.name) for one in given]
