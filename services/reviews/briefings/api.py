"""The operations on briefings: start, list, read, write, send, acknowledge."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.reviews.briefings import commands, queries
from services.reviews.briefings.domain import Heard, counts, is_late
from services.reviews.briefings.schemas import (
    AcknowledgeBriefing,
    BriefingCounts,
    BriefingPage,
    BriefingPart,
    BriefingShown,
    BriefingWhole,
    ListBriefings,
    RecipientShown,
    SendBriefing,
    WriteBriefing,
)
from shared.auth import Caller, Requires
from shared.days import today
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import Scope
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["briefings"])


@router.post("/practice-reviews/{practice_review_id}/briefings", status_code=201, summary="Begin a briefing")
async def start_briefing(
    practice_review_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.START_BRIEFING)],
    tx: OnceTx,
) -> BriefingWhole:
    """A seven-minute briefing of a review; the answer lists the parts to be written."""
    briefing_id = await commands.start(tx, caller.by(), practice_review_id)
    response.headers["location"] = f"/reviews/v1/briefings/{briefing_id}"
    return await _show(tx, caller, briefing_id, response)


@router.get("/briefings", summary="List briefings")
async def list_briefings(
    caller: Annotated[Caller, Requires(policy.LIST_BRIEFINGS)],
    tx: ReadTx,
    wanted: Annotated[ListBriefings, Query()],
    pages: Pages,
) -> BriefingPage:
    """Those that you may see, newest first, with how many agencies have passed each on; an agency sees those sent to it."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.started_at, row.id), datetime.fromisoformat, UUID)
    sent = await queries.recipients(tx, [row.id for row in found.rows])
    items = [BriefingShown.model_construct(**_shown(row, _of(row, sent), tx)) for row in found.rows]
    return BriefingPage.model_construct(items=items, next=found.next)


@router.get("/briefings/{briefing_id}", summary="Read one briefing")
async def read_briefing(
    briefing_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_BRIEFING)], tx: ReadTx
) -> BriefingWhole:
    """Its parts, to whom it went, who has passed it on to whom and when, and who is silent."""
    return await _show(tx, caller, briefing_id, response)


@router.post("/briefings/{briefing_id}/write", summary="Write a part of a briefing")
async def write_briefing(
    briefing_id: UUID,
    body: WriteBriefing,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WRITE_BRIEFING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BriefingWhole:
    """One of its parts, before it is sent; ages, dates, places and rare features are looked for as in a report."""
    await commands.write(
        tx, caller.by(if_match), briefing_id, part=body.part, text=body.text, checked=body.text_checked
    )
    return await _show(tx, caller, briefing_id, response)


@router.post("/briefings/{briefing_id}/send", summary="Send a briefing to agencies")
async def send_briefing(
    briefing_id: UUID,
    body: SendBriefing,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SEND_BRIEFING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BriefingWhole:
    """Whole, and of a published review: each agency passes it on and says so by the day; who is silent is asked again."""
    await commands.send(tx, caller.by(if_match), briefing_id, agency_ids=body.agency_ids)
    return await _show(tx, caller, briefing_id, response)


@router.post("/briefings/{briefing_id}/acknowledge", summary="Say that a briefing was passed on")
async def acknowledge_briefing(
    briefing_id: UUID,
    body: AcknowledgeBriefing,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ACKNOWLEDGE_BRIEFING)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> BriefingWhole:
    """Your agency, or one that you act for, has passed it on: to which teams, and to how many people."""
    said = body.model_dump()
    await commands.acknowledge(tx, caller.by(if_match), briefing_id, **said)
    return await _show(tx, caller, briefing_id, response)


async def _show(tx: Tx, caller: Caller, briefing_id: UUID, response: Response) -> BriefingWhole:
    row = await queries.get(tx, caller.principal, caller.reach, briefing_id)
    response.headers["etag"] = etag(row.version)
    sent = await queries.recipients(tx, [briefing_id])
    everybody = caller.reach.view(Scope.ALL) is not None
    return BriefingWhole.model_construct(
        **_shown(row, sent, tx),
        parts=[
            BriefingPart.model_construct(code=one.code, title=one.title, text=row.texts.get(one.code))
            for one in queries.parts()
        ],
        recipients=[_recipient(one) for one in sent if everybody or one.agency_id in caller.principal.agencies],
    )


def _of(row: Row[Any], sent: Sequence[Row[Any]]) -> list[Row[Any]]:
    return [one for one in sent if one.briefing_id == row.id]


def _heard(row: Row[Any]) -> Heard:
    said = today(row.acknowledged_at) if row.acknowledged_at else None
    return Heard(said, row.acknowledge_by, row.reached)


def _shown(row: Row[Any], sent: Sequence[Row[Any]], tx: Tx) -> dict[str, Any]:
    counted = counts([_heard(one) for one in sent], tx.now)
    return row._asdict() | {"counts": BriefingCounts.model_construct(**asdict(counted))}


def _recipient(row: Row[Any]) -> RecipientShown:
    return RecipientShown.model_construct(**row._asdict(), late=is_late(_heard(row)))
