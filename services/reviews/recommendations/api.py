"""The operations on recommendations: make, list, read, and one for each transition."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.reviews.learning.api import shown as point_shown
from services.reviews.learning.domain import Origin
from services.reviews.learning.queries import points
from services.reviews.practice_reviews.api import source
from services.reviews.recommendations import commands, queries
from services.reviews.recommendations.commands import Wanted, terms_of
from services.reviews.recommendations.domain import ACTION_CLOSED, ACTION_IMPACT_SIGNED, is_late, lacking
from services.reviews.recommendations.schemas import (
    AcceptRecommendation,
    ActionShown,
    ChangeRecommendation,
    Declined,
    ListRecommendations,
    MakeRecommendation,
    RecommendationPage,
    RecommendationShown,
    RecommendationStep,
    RecommendationWhole,
)
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["recommendations"])


@router.post("/practice-reviews/{practice_review_id}/recommendations", status_code=201, summary="Make a recommendation")
async def make_recommendation(
    practice_review_id: UUID,
    body: MakeRecommendation,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MAKE_RECOMMENDATION)],
    tx: OnceTx,
) -> RecommendationWhole:
    """Recommend something by a practice review. It has the next number, and the answer says what it lacks to be SMART."""
    return await _make(tx, caller, Origin(practice_review_id=practice_review_id), body, response)


@router.post(
    "/rapid-reviews/{rapid_review_id}/recommendations", status_code=201, summary="Make a rapid review's recommendation"
)
async def make_recommendation_of_rapid_review(
    rapid_review_id: UUID,
    body: MakeRecommendation,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MAKE_RECOMMENDATION)],
    tx: OnceTx,
) -> RecommendationWhole:
    """The same by a rapid review."""
    return await _make(tx, caller, Origin(rapid_review_id=rapid_review_id), body, response)


@router.post(
    "/national-reviews/{national_review_id}/recommendations",
    status_code=201,
    summary="Recommend something because of a review published elsewhere",
)
async def make_recommendation_of_national_review(
    national_review_id: UUID,
    body: MakeRecommendation,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MAKE_RECOMMENDATION)],
    tx: OnceTx,
) -> RecommendationWhole:
    """Where it was concluded that what it found is true here, wholly or in part."""
    return await _make(tx, caller, Origin(national_review_id=national_review_id), body, response)


@router.get("/recommendations", summary="List recommendations")
async def list_recommendations(
    caller: Annotated[Caller, Requires(policy.LIST_RECOMMENDATIONS)],
    tx: ReadTx,
    wanted: Annotated[ListRecommendations, Query()],
    pages: Pages,
) -> RecommendationPage:
    """Those that you may see, newest first; an agency sees those that it leads, and those of reviews in which it takes part."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.made_at, row.id), datetime.fromisoformat, UUID)
    items = [RecommendationShown.model_construct(**_shown(row)) for row in found.rows]
    return RecommendationPage.model_construct(items=items, next=found.next)


@router.get("/recommendations/{recommendation_id}", summary="Read one recommendation")
async def read_recommendation(
    recommendation_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.READ_RECOMMENDATION)],
    tx: ReadTx,
) -> RecommendationWhole:
    """One recommendation, the learning on which it rests, what was said of it, and what became of it."""
    return await _show(tx, caller, recommendation_id, response)


@router.post("/recommendations/{recommendation_id}/change", summary="Change a recommendation")
async def change_recommendation(
    recommendation_id: UUID,
    body: ChangeRecommendation,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHANGE_RECOMMENDATION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RecommendationWhole:
    """Say it better before it is answered; send all of it, as it is to be."""
    await commands.change(tx, caller.by(if_match), recommendation_id, _wanted(body))
    return await _show(tx, caller, recommendation_id, response)


@router.post("/recommendations/{recommendation_id}/accept", summary="Accept a recommendation")
async def accept_recommendation(
    recommendation_id: UUID,
    body: AcceptRecommendation,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ACCEPT_RECOMMENDATION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RecommendationWhole:
    """The leading agency, or who answers for the owning body, accepts it: SMART, so that it can be followed and proved."""
    await commands.accept(tx, caller.by(if_match), recommendation_id, reason=body.reason)
    return await _show(tx, caller, recommendation_id, response)


@router.post("/recommendations/{recommendation_id}/decline", summary="Do not accept a recommendation")
async def decline_recommendation(
    recommendation_id: UUID,
    body: Declined,
    response: Response,
    caller: Annotated[Caller, Requires(policy.DECLINE_RECOMMENDATION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RecommendationWhole:
    """It is not accepted, and the reason stands beside it; it may still be accepted later."""
    await commands.decline(tx, caller.by(if_match), recommendation_id, reason=body.reason)
    return await _show(tx, caller, recommendation_id, response)


@router.post("/recommendations/{recommendation_id}/withdraw", summary="Take a recommendation back")
async def withdraw_recommendation(
    recommendation_id: UUID,
    body: Declined,
    response: Response,
    caller: Annotated[Caller, Requires(policy.WITHDRAW_RECOMMENDATION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RecommendationWhole:
    """Before it is answered; its number is not given again."""
    await commands.withdraw(tx, caller.by(if_match), recommendation_id, reason=body.reason)
    return await _show(tx, caller, recommendation_id, response)


async def _make(
    tx: Tx, caller: Caller, origin: Origin, body: MakeRecommendation, response: Response
) -> RecommendationWhole:
    recommendation_id = await commands.make(tx, caller.by(), origin, _wanted(body))
    response.headers["location"] = f"/reviews/v1/recommendations/{recommendation_id}"
    return await _show(tx, caller, recommendation_id, response)


async def _show(tx: Tx, caller: Caller, recommendation_id: UUID, response: Response) -> RecommendationWhole:
    row = await queries.get(tx, caller.principal, caller.reach, recommendation_id)
    response.headers["etag"] = etag(row.version)
    rests_on = await points(tx, await queries.rests_on(tx, recommendation_id))
    steps = await queries.HISTORY.of(tx, recommendation_id)
    return RecommendationWhole.model_construct(
        **_shown(row),
        learning=[point_shown(point) for point in rests_on],
        actions=[_action(one, tx) for one in await queries.actions(tx, recommendation_id)],
        steps=[RecommendationStep.model_construct(**step._mapping) for step in steps],
    )


def _shown(row: Row[Any]) -> dict[str, Any]:
    return row._asdict() | {"lacking": list(lacking(terms_of(row))), "source": source(row)}


def _action(row: Row[Any], tx: Tx) -> ActionShown:
    return ActionShown.model_construct(
        **row._asdict(),
        id=row.action_id,
        times_moved=len(row.moves),
        overdue=is_late(row.status, row.due_on, tx.now),
        impact_signed=row.status in ACTION_IMPACT_SIGNED,
        closed=row.status == ACTION_CLOSED,
    )


def _wanted(body: MakeRecommendation | ChangeRecommendation) -> Wanted:
    given = body.model_dump(exclude={"learning_point_ids"})
    return Wanted(**given, learning_point_ids=tuple(body.learning_point_ids))
