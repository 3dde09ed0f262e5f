"""The operations on holds: state, list, read, and one for each transition."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.reviews.holds import commands, queries
from services.reviews.holds.commands import NOUN, Stated
from services.reviews.holds.domain import Status, is_review_overdue
from services.reviews.holds.schemas import (
    HoldList,
    HoldPage,
    HoldShown,
    HoldStep,
    LiftHold,
    ListHolds,
    ReviewHold,
    StateHold,
    TellPanel,
)
from services.reviews.practice_reviews import queries as reviews
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import View
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["holds"])


@router.post("/practice-reviews/{practice_review_id}/holds", status_code=201, summary="Hold a publication")
async def state_hold(
    practice_review_id: UUID,
    body: StateHold,
    response: Response,
    caller: Annotated[Caller, Requires(policy.STATE_HOLD)],
    tx: OnceTx,
) -> HoldShown:
    """Proceedings hold the publication. The police state their own; another force's, a coroner's or a court's is entered
    by the council or the business unit with its evidence."""
    said = Stated(**body.model_dump())
    hold_id = await commands.state(tx, caller.by(), practice_review_id, said)
    response.headers["location"] = f"/reviews/v1/holds/{hold_id}"
    return await _show(tx, caller, hold_id, response)


@router.get("/practice-reviews/{practice_review_id}/holds", summary="List the holds of a review")
async def list_holds(
    practice_review_id: UUID, caller: Annotated[Caller, Requires(policy.READ_HOLD)], tx: ReadTx
) -> HoldList:
    """Every hold of one review, the lifted ones too, oldest first."""
    await reviews.get(tx, caller.principal, caller.reach, practice_review_id)
    rows = await queries.of_review(tx, practice_review_id)
    return HoldList.model_construct(items=[await _shown(tx, caller, row) for row in rows])


@router.get("/holds", summary="List holds")
async def list_all_holds(
    caller: Annotated[Caller, Requires(policy.LIST_HOLDS)],
    tx: ReadTx,
    wanted: Annotated[ListHolds, Query()],
    pages: Pages,
) -> HoldPage:
    """The holds of every review that you may see, the last stated first; `overdue` are those at which nobody has looked."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.stated_at, row.id), datetime.fromisoformat, UUID)
    items = [await _shown(tx, caller, row) for row in found.rows]
    return HoldPage.model_construct(items=items, next=found.next)


@router.get("/holds/{hold_id}", summary="Read one hold")
async def read_hold(
    hold_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_HOLD)], tx: ReadTx
) -> HoldShown:
    """One hold with what was said of it."""
    return await _show(tx, caller, hold_id, response)


@router.post("/holds/{hold_id}/review", summary="Say that a hold lasts")
async def review_hold(
    hold_id: UUID,
    body: ReviewHold,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REVIEW_HOLD)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> HoldShown:
    """It was looked at and lasts; the day of the next look, and why, stand beside the earlier ones."""
    await commands.review(tx, caller.by(if_match), hold_id, review_on=body.review_on, reason=body.reason)
    return await _show(tx, caller, hold_id, response)


@router.post("/holds/{hold_id}/tell", summary="Record that the Panel was told")
async def tell_panel(
    hold_id: UUID,
    body: TellPanel,
    response: Response,
    caller: Annotated[Caller, Requires(policy.TELL_HOLD)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> HoldShown:
    """The national Panel has been told why the report will be late."""
    await commands.tell(tx, caller.by(if_match), hold_id, told_on=body.told_on)
    return await _show(tx, caller, hold_id, response)


@router.post("/holds/{hold_id}/lift", summary="Lift a hold")
async def lift_hold(
    hold_id: UUID,
    body: LiftHold,
    response: Response,
    caller: Annotated[Caller, Requires(policy.LIFT_HOLD)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> HoldShown:
    """The police lift their own; all others are lifted by the council or the business unit."""
    await commands.lift(tx, caller.by(if_match), hold_id, reason=body.reason)
    return await _show(tx, caller, hold_id, response)


async def _show(tx: Tx, caller: Caller, hold_id: UUID, response: Response) -> HoldShown:
    row = await queries.get(tx, caller.principal, caller.reach, hold_id)
    response.headers["etag"] = etag(row.version)
    return await _shown(tx, caller, row)


async def _shown(tx: Tx, caller: Caller, row: Row[Any]) -> HoldShown:
    caller.shows(NOUN, row.id, View.PSEUDONYMISED)
    steps = [HoldStep.model_construct(**one._mapping) for one in await queries.HISTORY.of(tx, row.id)]
    overdue = is_review_overdue(Status(row.status), row.review_on, tx.now)
    return HoldShown.model_construct(**row._asdict(), review_overdue=overdue, steps=steps)
