"""The operations on a case's panel."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.reviews.appointments import commands
from services.reviews.appointments.schemas import DeclareConflict, MoveMember, NameMember
from services.reviews.rapid_reviews.api import show
from services.reviews.rapid_reviews.schemas import RapidReviewWhole
from shared.auth import Caller, Requires
from shared.policy import rapid_reviews as policy
from shared.routing import Router
from shared.transactions import IfMatch, WriteTx

router = Router(tags=["rapid_reviews"])


@router.post("/rapid-reviews/{rapid_review_id}/name", summary="Name somebody for a case's panel")
async def name_member(
    rapid_review_id: UUID,
    body: NameMember,
    response: Response,
    caller: Annotated[Caller, Requires(policy.NAME_MEMBER)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """She sees this case, identified, until it closes or she is let go; and no other."""
    await commands.name(tx, caller.by(if_match), rapid_review_id, **body.model_dump())
    return await show(tx, caller, rapid_review_id, response)


@router.post("/rapid-reviews/{rapid_review_id}/panel/{member_id}/declare", summary="Declare what conflicts")
async def declare_conflict(
    rapid_review_id: UUID,
    member_id: UUID,
    body: DeclareConflict,
    response: Response,
    caller: Annotated[Caller, Requires(policy.DECLARE_CONFLICT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """Each member for herself. Who conflicts stays, is shown as such, and does not chair."""
    said = body.model_dump(include={"conflicted", "text"})
    await commands.declare(tx, caller.by(if_match), rapid_review_id, member_id, **said)
    return await show(tx, caller, rapid_review_id, response)


@router.post("/rapid-reviews/{rapid_review_id}/panel/{member_id}/chair", summary="Have a member chair")
async def appoint_chair(
    rapid_review_id: UUID,
    member_id: UUID,
    body: MoveMember,
    response: Response,
    caller: Annotated[Caller, Requires(policy.APPOINT_CHAIR)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """In place of whoever chairs; only who has declared that nothing conflicts."""
    await commands.chair(tx, caller.by(if_match), rapid_review_id, member_id)
    return await show(tx, caller, rapid_review_id, response)


@router.post("/rapid-reviews/{rapid_review_id}/panel/{member_id}/release", summary="Let a member go")
async def release_member(
    rapid_review_id: UUID,
    member_id: UUID,
    body: MoveMember,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RELEASE_MEMBER)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """From now on the case is nothing of hers."""
    await commands.release(tx, caller.by(if_match), rapid_review_id, member_id)
    return await show(tx, caller, rapid_review_id, response)
