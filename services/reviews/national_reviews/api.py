"""The operations on reviews that were published elsewhere: record, list, read, and one for each transition."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.reviews.national_reviews import commands, queries
from services.reviews.national_reviews.commands import Published
from services.reviews.national_reviews.domain import Status, said
from services.reviews.national_reviews.schemas import (
    AnswerNationalReview,
    AnswerShown,
    AskAgencies,
    ConcludeNationalReview,
    ListNationalReviews,
    NationalReviewPage,
    NationalReviewShown,
    NationalReviewStep,
    NationalReviewWhole,
    RecordNationalReview,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import Scope
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.rules import calendar
from shared.schemas import CauseShown
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["national_reviews"])


@router.post("/national-reviews", status_code=201, summary="Record a review published elsewhere")
async def record_national_review(
    body: RecordNationalReview,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RECORD_NATIONAL)],
    tx: OnceTx,
) -> NationalReviewWhole:
    """The national Panel's, another area's, an inspectorate's: is what it found true for us?"""
    given = body.model_dump(exclude={"causes"})
    review_id = await commands.record(tx, caller.by(), Published(**given, causes=[one.cause for one in body.causes]))
    response.headers["location"] = f"/reviews/v1/national-reviews/{review_id}"
    return await _show(tx, caller, review_id, response)


@router.get("/national-reviews", summary="List reviews published elsewhere")
async def list_national_reviews(
    caller: Annotated[Caller, Requires(policy.LIST_NATIONAL)],
    tx: ReadTx,
    wanted: Annotated[ListNationalReviews, Query()],
    pages: Pages,
) -> NationalReviewPage:
    """The last recorded first, each with who has answered what; an agency sees those about which it was asked."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.recorded_at, row.id), datetime.fromisoformat, UUID)
    answers = await queries.answers(tx, [row.id for row in found.rows])
    items = [NationalReviewShown.model_construct(**_shown(tx, caller, row, answers)) for row in found.rows]
    return NationalReviewPage.model_construct(items=items, next=found.next)


@router.get("/national-reviews/{national_review_id}", summary="Read one review published elsewhere")
async def read_national_review(
    national_review_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.READ_NATIONAL)],
    tx: ReadTx,
) -> NationalReviewWhole:
    """One of them, with the answers that you may see."""
    return await _show(tx, caller, national_review_id, response)


@router.post("/national-reviews/{national_review_id}/ask", summary="Ask agencies whether it is true for them")
async def ask_agencies(
    national_review_id: UUID,
    body: AskAgencies,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ASK_NATIONAL)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> NationalReviewWhole:
    """Each is told, and answers until the day."""
    await commands.ask(tx, caller.by(if_match), national_review_id, **body.model_dump())
    return await _show(tx, caller, national_review_id, response)


@router.post("/national-reviews/{national_review_id}/answer", summary="Say whether it is true for an agency")
async def answer_national_review(
    national_review_id: UUID,
    body: AnswerNationalReview,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ANSWER_NATIONAL)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> NationalReviewWhole:
    """True for us, partly, not, or not known, with what shows it; it can be said again until the body concludes."""
    given = body.model_dump(include={"agency_id", "verdict", "evidence"})
    await commands.answer(tx, caller.by(if_match), national_review_id, **given)
    return await _show(tx, caller, national_review_id, response)


@router.post("/national-reviews/{national_review_id}/conclude", summary="Say whether it is true here")
async def conclude_national_review(
    national_review_id: UUID,
    body: ConcludeNationalReview,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CONCLUDE_NATIONAL)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> NationalReviewWhole:
    """What the body makes of the answers; what is to be learnt is drawn as learning points, which name this as their cause."""
    await commands.conclude(tx, caller.by(if_match), national_review_id, verdict=body.verdict, text=body.text)
    return await _show(tx, caller, national_review_id, response)


async def _show(tx: Tx, caller: Caller, review_id: UUID, response: Response) -> NationalReviewWhole:
    row = await queries.get(tx, caller.principal, caller.reach, review_id)
    response.headers["etag"] = etag(row.version)
    shown = _shown(tx, caller, row, await queries.answers(tx, [review_id]))
    oversees = caller.reach.view(Scope.ALL)
    steps = await queries.HISTORY.of(tx, review_id) if oversees else ()
    return NationalReviewWhole.model_construct(
        **shown | {"causes": [CauseShown.model_construct(**one) for one in row.causes]},
        steps=[NationalReviewStep.model_construct(**one._mapping) for one in steps],
    )


def _shown(tx: Tx, caller: Caller, row: Row[Any], answers: Sequence[Row[Any]]) -> dict[str, Any]:
    """The review as answers show it: the sentence counts what this caller may see."""
    day = calendar().date_of(tx.now)
    mine = [one for one in answers if one.national_review_id == row.id]
    seen = queries.may_see(mine, caller.principal, caller.reach)
    silent = [one.agency_id for one in seen if one.answered_at is None and one.due_on < day]
    late = set(silent) if row.status == Status.ASKED else set()
    answered = sum(one.answered_at is not None for one in seen)
    shown = [AnswerShown.model_construct(**one._mapping, overdue=one.agency_id in late) for one in seen]
    return row._asdict() | {"answers": shown, "in_words": said(row.status, row.verdict, answered, len(seen), late)}
