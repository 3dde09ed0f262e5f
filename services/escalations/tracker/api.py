"""The operations of the tracker; each as JSON or, where `Accept` asks for text/csv, as a table."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.escalations.escalations.api import summary
from services.escalations.escalations.domain import Status
from services.escalations.reports.lists import silent_agencies
from services.escalations.rulebook import CALENDAR
from services.escalations.tracker import queries
from services.escalations.tracker.domain import waits
from services.escalations.tracker.schemas import (
    Pair,
    Pairs,
    SilentAgencies,
    SilentAgency,
    StalledStage,
    StalledStages,
    TrackedMatter,
    TrackedMatters,
    TrackMatters,
    TrackSilence,
    TroubledLetter,
    TroubledLetters,
)
from shared.auth import Caller, Requires
from shared.calendar import Quarter
from shared.days import LONDON, today
from shared.db import Tx
from shared.listing import OR_CSV, Pages, table_or
from shared.policy import Scope, View
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["tracker"])

NOUN = "escalations.escalation"


@router.get("/tracker/matters", summary="Track running matters", response_model=TrackedMatters, responses=OR_CSV)
async def track_matters(
    request: Request,
    caller: Annotated[Caller, Requires(policy.TRACK)],
    tx: ReadTx,
    wanted: Annotated[TrackMatters, Query()],
    pages: Pages,
) -> TrackedMatters | Response:
    """Mine, overdue, due next, or all that run: those due first, or else the longest open, come first."""
    asked = queries.Wanted(**wanted.chosen())
    rows = partial(queries.matters, tx, caller.principal, caller.reach, asked)
    found = await pages.of(wanted, asked, rows, lambda row: (row.sorted_at, row.id), datetime.fromisoformat, UUID)
    items = [TrackedMatter.model_construct(**_tracked(row, caller, tx)) for row in found.rows]
    whole = TrackedMatters.model_construct(items=items, next=found.next)
    return table_or(request, whole, items, TrackedMatter, found.next)


@router.get("/tracker/stages", summary="See where matters stall", response_model=StalledStages, responses=OR_CSV)
async def track_stages(
    request: Request, caller: Annotated[Caller, Requires(policy.TRACK)], tx: ReadTx
) -> StalledStages | Response:
    """By ladder and stage: how many await an answer, how many in vain, and since when the oldest does."""
    items = [
        StalledStage.model_construct(
            **row._mapping, oldest_working_days=CALENDAR.working_days_between(row.oldest_since, tx.now)
        )
        for row in await queries.stages(tx, caller.principal, caller.reach)
    ]
    return table_or(request, StalledStages.model_construct(items=items), items, StalledStage)


@router.get("/tracker/pairs", summary="See who challenges whom", response_model=Pairs, responses=OR_CSV)
async def track_pairs(
    request: Request, caller: Annotated[Caller, Requires(policy.TRACK)], tx: ReadTx
) -> Pairs | Response:
    """Running matters by raising and receiving agency."""
    rows = await queries.pairs(tx, caller.principal, caller.reach)
    items = [Pair.model_construct(**row._mapping) for row in rows]
    return table_or(request, Pairs.model_construct(items=items), items, Pair)


@router.get(
    "/tracker/silent_agencies",
    summary="See which agencies have raised nothing",
    response_model=SilentAgencies,
    responses=OR_CSV,
)
async def track_silence(
    request: Request,
    caller: Annotated[Caller, Requires(policy.TRACK)],
    tx: ReadTx,
    wanted: Annotated[TrackSilence, Query()],
) -> SilentAgencies | Response:
    """Those expected to raise that raised nothing since a day; of others than one's own only for who tracks them all."""
    since = wanted.since or Quarter.of(tx.now).first_day
    start = datetime(since.year, since.month, since.day, tzinfo=LONDON)
    found = await silent_agencies(tx, start, tx.now, today(tx.now))
    everybody = caller.reach.view(Scope.ALL) is not None
    items = [
        SilentAgency.model_construct(agency_id=agency_id, name=name)
        for agency_id, name in found
        if everybody or agency_id in caller.principal.agencies
    ]
    return table_or(request, SilentAgencies.model_construct(since=since, items=items), items, SilentAgency)


@router.get(
    "/tracker/letters", summary="See letters that did not leave", response_model=TroubledLetters, responses=OR_CSV
)
async def track_letters(
    request: Request, caller: Annotated[Caller, Requires(policy.TRACK)], tx: ReadTx
) -> TroubledLetters | Response:
    """Nobody to tell, no address, or a mail server that did not take them: somebody has to see to it."""
    rows = await queries.letters(tx, caller.principal, caller.reach)
    for escalation_id in dict.fromkeys(row.escalation_id for row in rows):
        caller.shows(NOUN, escalation_id, View.ANONYMISED)
    items = [TroubledLetter.model_construct(**row._mapping) for row in rows]
    return table_or(request, TroubledLetters.model_construct(items=items), items, TroubledLetter)


def _tracked(row: Row[Any], caller: Caller, tx: Tx) -> Mapping[str, Any]:
    votes = bool(row.stage_decided_by)
    needs, agency_id = waits(Status(row.status), row.raising_agency_id, row.receiving_agency_id, awaits_votes=votes)
    return summary(row, caller, tx) | {
        "overdue": bool(row.next_due_at and row.next_due_at < tx.now),
        "waits_for": needs.value,
        "on_whom": agency_id,
        "working_days_open": CALENDAR.working_days_between(row.raised_at, tx.now),
        "working_days_at_stage": CALENDAR.working_days_between(row.stage_opened_at, tx.now),
    }
