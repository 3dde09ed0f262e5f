"""The operations on practice reviews: commission, list, read, and one for each transition."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.reviews.practice_reviews import commands, queries
from services.reviews.practice_reviews.commands import NOUN, Commission
from services.reviews.practice_reviews.domain import Do, Part, Status, is_overdue, text_hash
from services.reviews.practice_reviews.schemas import (
    CommissionReview,
    ListReviews,
    PartShown,
    PartyShown,
    PublishedSource,
    ReviewPage,
    ReviewShown,
    ReviewStep,
    ReviewWhole,
    SendReview,
    TakeDown,
    WithdrawReview,
    WritePart,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import Scope, View
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.schemas import CauseShown
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["practice_reviews"])


@router.post("/practice-reviews", status_code=201, summary="Commission a practice review")
async def commission_review(
    body: CommissionReview,
    response: Response,
    caller: Annotated[Caller, Requires(policy.COMMISSION)],
    tx: OnceTx,
) -> ReviewWhole:
    """Hold a review that the partners have decided on. Children are named in sequence, never by initials."""
    given = body.model_dump(include={"kind", "children", "title", "decided_on", "reason"})
    wanted = Commission(
        **given,
        agency_ids=tuple(body.agency_ids),
        areas=tuple(body.areas),
        led_by=body.led_by,
        causes=tuple(one.cause for one in body.causes),
    )
    review_id = await commands.commission(tx, caller.by(), wanted)
    response.headers["location"] = f"/reviews/v1/practice-reviews/{review_id}"
    return await show(tx, caller, review_id, response)


@router.get("/practice-reviews", summary="List practice reviews")
async def list_reviews(
    caller: Annotated[Caller, Requires(policy.LIST_REVIEWS)],
    tx: ReadTx,
    wanted: Annotated[ListReviews, Query()],
    pages: Pages,
) -> ReviewPage:
    """Those that you may see, newest first: an agency sees those in which it takes part, a reviewer her own while they run."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    place = lambda row: (row.commissioned_at, row.id)  # noqa: E731
    found = await pages.of(wanted, filters, rows, place, datetime.fromisoformat, UUID)
    items = [ReviewShown.model_construct(**_shown(row, caller, tx)) for row in found.rows]
    return ReviewPage.model_construct(items=items, next=found.next)


@router.get("/practice-reviews/{practice_review_id}", summary="Read one practice review")
async def read_review(
    practice_review_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_REVIEW)], tx: ReadTx
) -> ReviewWhole:
    """One review with its report, the agencies that take part, its clocks, and what was done."""
    return await show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/withdraw", summary="Withdraw a practice review")
async def withdraw_review(
    practice_review_id: UUID,
    body: WithdrawReview,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WITHDRAW_REVIEW)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """It was commissioned by mistake, and has not begun. The letters of its children are not given again."""
    await commands.withdraw(tx, caller.by(if_match), practice_review_id, reason=body.reason)
    return await show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/begin", summary="Begin a practice review")
async def begin_review(
    practice_review_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.BEGIN)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """The work begins: a reviewer is appointed, and there are terms of reference."""
    await commands.begin(tx, caller.by(if_match), practice_review_id)
    return await show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/write", summary="Write a part of the report")
async def write_part(
    practice_review_id: UUID,
    body: WritePart,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WRITE_REPORT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """One part of the report, new or written again; every text is new to the publication check."""
    await commands.write(tx, caller.by(if_match), practice_review_id, part=body.part, text=body.text)
    return await show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/send", summary="Record that it went to the Panel")
async def send_report(
    practice_review_id: UUID,
    body: SendReview,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SEND)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """The Panel and the Secretary of State have it; the answer says from which day it may be published."""
    await commands.send(tx, caller.by(if_match), practice_review_id, sent_on=body.sent_on)
    return await show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/take_down", summary="Take down a published report")
async def take_down_report(
    practice_review_id: UUID,
    body: TakeDown,
    response: Response,
    caller: Annotated[Caller, Requires(policy.TAKE_DOWN)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """A child may be recognised by it: it is public no more, at once, and the agencies that took part hear of it. To be
    published again it is written, checked and signed anew."""
    await commands.take_down(tx, caller.by(if_match), practice_review_id, reason=body.reason)
    return await show(tx, caller, practice_review_id, response)


async def show(tx: Tx, caller: Caller, review_id: UUID, response: Response) -> ReviewWhole:
    """One review as the caller may see it, with its version."""
    row = await queries.whole(tx, caller.principal, caller.reach, review_id)
    response.headers["etag"] = etag(row.version)
    parts = {one["part"]: one["text"] for one in row.parts or ()}
    return ReviewWhole.model_construct(
        **_shown(row, caller, tx)
        | {
            "causes": [CauseShown.model_construct(**one) for one in row.causes],
            "text_hash": text_hash(parts),
            "parts": [PartShown.model_construct(part=part, text=parts[part]) for part in Part if part in parts],
            "parties": [_party(one, caller) for one in row.parties or ()],
            "steps": [_step(one, caller) for one in row.steps],
        }
    )


def _party(row: Mapping[str, Any], caller: Caller) -> PartyShown:
    """An agency that takes part; what it found wrong is between itself and those who write the report."""
    hidden = not _writes(caller) and row["agency_id"] not in caller.principal.agencies
    return PartyShown.model_construct(**dict(row) | ({"corrections": None} if hidden else {}))


def _step(row: Mapping[str, Any], caller: Caller) -> ReviewStep:
    """What was done; what agencies found wrong earlier is read by those who write the report."""
    hidden = row["did"] == Do.ANSWER and not _writes(caller)
    return ReviewStep.model_construct(**dict(row) | ({"text": None} if hidden else {}))


def _writes(caller: Caller) -> bool:
    return bool(caller.reach.view(Scope.ALL) or caller.reach.view(Scope.ASSIGNED))


def _shown(row: Row[Any], caller: Caller, tx: Tx) -> dict[str, Any]:
    caller.shows(NOUN, row.id, View.PSEUDONYMISED)
    overdue = is_overdue(Status(row.status), row.publish_by, held=row.held, now=tx.now)
    return row._asdict() | {"overdue": overdue, "source": source(row)}


def source(row: Row[Any]) -> PublishedSource | None:
    """Where something that was brought in was published."""
    return PublishedSource.model_construct(**row.source) if row.source else None
