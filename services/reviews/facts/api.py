"""The operations of the accuracy check: send the report to the agencies, and answer."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.reviews.facts import commands
from services.reviews.facts.schemas import AnswerFacts
from services.reviews.practice_reviews.api import show
from services.reviews.practice_reviews.schemas import ReviewWhole
from shared.auth import Caller, Requires
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["practice_reviews"])


@router.post("/practice-reviews/{practice_review_id}/circulate", summary="Send the report to the agencies")
async def circulate_report(
    practice_review_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CIRCULATE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """The agencies that take part are asked, each by the same day, whether the facts are right."""
    await commands.circulate(tx, caller.by(if_match), practice_review_id)
    return await show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/answer", summary="Say whether the facts are right")
async def answer_facts(
    practice_review_id: UUID,
    body: AnswerFacts,
    response: Response,
    caller: Annotated[Caller, Requires(policy.ANSWER_FACTS)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """For your agency, or one that you act for: the facts are right, or what is wrong with them."""
    given = body.model_dump()
    await commands.answer(tx, caller.by(if_match), practice_review_id, **given)
    return await show(tx, caller, practice_review_id, response)
