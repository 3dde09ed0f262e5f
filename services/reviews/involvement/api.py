"""The operations on who takes part in a review."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.reviews.involvement import commands
from services.reviews.involvement.schemas import Involvement
from services.reviews.practice_reviews.api import show
from services.reviews.practice_reviews.schemas import ReviewWhole
from shared.auth import Caller, Requires
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["practice_reviews"])


@router.post("/practice-reviews/{practice_review_id}/involve", summary="Have another agency take part")
async def involve_agency(
    practice_review_id: UUID,
    body: Involvement,
    response: Response,
    caller: Annotated[Caller, Requires(policy.INVOLVE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """It was found to have been involved: it hears of it, sees the review, and is asked for the facts as all others are.
    Once the report is with the agencies or further on, it is revised first."""
    await commands.involve(tx, caller.by(if_match), practice_review_id, body.agency_id, reason=body.reason)
    return await show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/excuse", summary="Have an agency take part no more")
async def excuse_agency(
    practice_review_id: UUID,
    body: Involvement,
    response: Response,
    caller: Annotated[Caller, Requires(policy.EXCUSE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """It was named by mistake: it sees the review no more, and hears that it takes no part."""
    await commands.excuse(tx, caller.by(if_match), practice_review_id, body.agency_id, reason=body.reason)
    return await show(tx, caller, practice_review_id, response)
