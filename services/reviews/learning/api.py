"""The operations on learning points: draw, list, read, take back."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.reviews.learning import commands, queries
from services.reviews.learning.domain import Origin
from services.reviews.learning.schemas import (
    DrawPoint,
    ListPoints,
    PointPage,
    PointShown,
    WithdrawPoint,
)
from services.reviews.practice_reviews.api import source
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["learning"])


@router.post(
    "/practice-reviews/{practice_review_id}/learning", status_code=201, summary="Draw learning from a practice review"
)
async def draw_point(
    practice_review_id: UUID,
    body: DrawPoint,
    response: Response,
    caller: Annotated[Caller, Requires(policy.DRAW_POINT)],
    tx: OnceTx,
) -> PointShown:
    """Record what is to be learnt, or what went well and is to be done again; recommendations rest on it."""
    return await _draw(tx, caller, Origin(practice_review_id=practice_review_id), body, response)


@router.post("/rapid-reviews/{rapid_review_id}/learning", status_code=201, summary="Draw learning from a rapid review")
async def draw_point_of_rapid_review(
    rapid_review_id: UUID,
    body: DrawPoint,
    response: Response,
    caller: Annotated[Caller, Requires(policy.DRAW_POINT)],
    tx: OnceTx,
) -> PointShown:
    """The same of a rapid review, at any time: much is learnt before anything else is decided."""
    return await _draw(tx, caller, Origin(rapid_review_id=rapid_review_id), body, response)


@router.post(
    "/national-reviews/{national_review_id}/learning",
    status_code=201,
    summary="Draw learning from a review published elsewhere",
)
async def draw_point_of_national_review(
    national_review_id: UUID,
    body: DrawPoint,
    response: Response,
    caller: Annotated[Caller, Requires(policy.DRAW_POINT)],
    tx: OnceTx,
) -> PointShown:
    """What is true for us of what was found elsewhere, and is to be learnt here."""
    return await _draw(tx, caller, Origin(national_review_id=national_review_id), body, response)


@router.get("/learning", summary="List learning points")
async def list_points(
    caller: Annotated[Caller, Requires(policy.LIST_POINTS)],
    tx: ReadTx,
    wanted: Annotated[ListPoints, Query()],
    pages: Pages,
) -> PointPage:
    """Those that you may see, newest first; an agency sees those of the reviews in which it takes part."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.drawn_at, row.id), datetime.fromisoformat, UUID)
    return PointPage.model_construct(items=[shown(row) for row in found.rows], next=found.next)


@router.get("/learning/{learning_point_id}", summary="Read one learning point")
async def read_point(
    learning_point_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_POINT)], tx: ReadTx
) -> PointShown:
    """One learning point, and the review that it is from."""
    return await _show(tx, caller, learning_point_id, response)


@router.post("/learning/{learning_point_id}/withdraw", summary="Take a learning point back")
async def withdraw_point(
    learning_point_id: UUID,
    body: WithdrawPoint,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WITHDRAW_POINT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> PointShown:
    """It turned out otherwise; it stays to be read, with the reason, and no further recommendation rests on it."""
    await commands.withdraw(tx, caller.by(if_match), learning_point_id, reason=body.reason)
    return await _show(tx, caller, learning_point_id, response)


async def _draw(tx: Tx, caller: Caller, origin: Origin, body: DrawPoint, response: Response) -> PointShown:
    point_id = await commands.draw(tx, caller.by(), origin, **body.model_dump())
    response.headers["location"] = f"/reviews/v1/learning/{point_id}"
    return await _show(tx, caller, point_id, response)


async def _show(tx: Tx, caller: Caller, point_id: UUID, response: Response) -> PointShown:
    row = await queries.get(tx, caller.principal, caller.reach, point_id)
    response.headers["etag"] = etag(row.version)
    return shown(row)


def shown(row: Row[Any]) -> PointShown:
    """A learning point as answers show it."""
    return PointShown.model_construct(**row._asdict() | {"source": source(row)})
