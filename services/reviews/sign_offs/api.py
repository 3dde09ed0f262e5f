"""The operations that put a report before the three partners, and give it back to its authors."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.reviews.practice_reviews.api import show
from services.reviews.practice_reviews.schemas import ReviewWhole
from services.reviews.sign_offs import commands
from services.reviews.sign_offs.schemas import ReviseReview, SubmitReport
from shared.auth import Caller, Requires
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["practice_reviews"])


@router.post("/practice-reviews/{practice_review_id}/submit", summary="Put the report before the partners")
async def submit_report(
    practice_review_id: UUID,
    body: SubmitReport,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SUBMIT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """The three are asked to sign off this very text, once the agencies have answered or their day is over; the joint
    decision, `decision_id`, has their votes."""
    await commands.submit(tx, caller.by(if_match), practice_review_id, despite=body.despite)
    return await show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/revise", summary="Write the report again")
async def revise_report(
    practice_review_id: UUID,
    body: ReviseReview,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REVISE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """Back to its authors, from the accuracy check or later; agencies answer and partners sign anew. Votes that are awaited
    are taken back."""
    await commands.revise(tx, caller.by(if_match), practice_review_id, reason=body.reason)
    return await show(tx, caller, practice_review_id, response)
