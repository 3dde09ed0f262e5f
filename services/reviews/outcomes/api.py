"""The operations that take a review to its end."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.reviews.outcomes import commands
from services.reviews.outcomes.schemas import (
    AbandonReview,
    AnswerCriterion,
    CloseReview,
    HearPanel,
    ProposeOutcome,
    Reconsider,
    SendReview,
)
from services.reviews.rapid_reviews.api import show
from services.reviews.rapid_reviews.schemas import RapidReviewWhole
from shared.auth import Caller, Requires
from shared.policy import rapid_reviews as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["rapid_reviews"])


@router.post("/rapid-reviews/{rapid_review_id}/answer", summary="Answer a criterion")
async def answer_criterion(
    rapid_review_id: UUID,
    body: AnswerCriterion,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ANSWER_CRITERION)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """The panel of the case finds whether it is met, and why; each has its answer before the three decide."""
    await commands.answer(tx, caller.by(if_match), rapid_review_id, **body.model_dump())
    return await show(tx, caller, rapid_review_id, response)


@router.post("/rapid-reviews/{rapid_review_id}/propose", summary="Put a recommendation before the three")
async def propose_outcome(
    rapid_review_id: UUID,
    body: ProposeOutcome,
    response: Response,
    caller: Annotated[Caller, Requires(policy.PROPOSE_OUTCOME)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """Ready once each criterion is answered, the panel chaired and each conflict declared. The three vote on the joint decision."""
    await commands.propose(tx, caller.by(if_match), rapid_review_id, **body.model_dump())
    return await show(tx, caller, rapid_review_id, response)


@router.post("/rapid-reviews/{rapid_review_id}/send", summary="Record that it went to the national Panel")
async def send_rapid_review(
    rapid_review_id: UUID,
    body: SendReview,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SEND_RAPID_REVIEW)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """Its time stops here."""
    await commands.send(tx, caller.by(if_match), rapid_review_id)
    return await show(tx, caller, rapid_review_id, response)


@router.post("/rapid-reviews/{rapid_review_id}/hear", summary="Record the national Panel's answer")
async def hear_panel(
    rapid_review_id: UUID,
    body: HearPanel,
    response: Response,
    caller: Annotated[Caller, Requires(policy.HEAR_PANEL)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """What it says, and what that changes here."""
    await commands.hear(tx, caller.by(if_match), rapid_review_id, **body.model_dump())
    return await show(tx, caller, rapid_review_id, response)


@router.post("/rapid-reviews/{rapid_review_id}/reconsider", summary="Weigh a review again")
async def reconsider_rapid_review(
    rapid_review_id: UUID,
    body: Reconsider,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RECONSIDER)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """The Panel disagrees, or asks for more: the panel of the case goes on, and the three decide anew."""
    await commands.reconsider(tx, caller.by(if_match), rapid_review_id, reason=body.reason)
    return await show(tx, caller, rapid_review_id, response)


@router.post("/rapid-reviews/{rapid_review_id}/close", summary="Close a rapid review")
async def close_rapid_review(
    rapid_review_id: UUID,
    body: CloseReview,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CLOSE_RAPID_REVIEW)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """Its panel is released, and sees nothing of it any more."""
    await commands.close(tx, caller.by(if_match), rapid_review_id)
    return await show(tx, caller, rapid_review_id, response)


@router.post("/rapid-reviews/{rapid_review_id}/abandon", summary="Give a review up")
async def abandon_rapid_review(
    rapid_review_id: UUID,
    body: AbandonReview,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ABANDON_RAPID_REVIEW)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """Where no notification asks for it: it was voluntary, or the notification has been withdrawn."""
    await commands.abandon(tx, caller.by(if_match), rapid_review_id, reason=body.reason)
    return await show(tx, caller, rapid_review_id, response)
