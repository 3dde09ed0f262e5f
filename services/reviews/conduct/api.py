"""The operations on how a review is held: reviewers, terms of reference, milestones, and who was heard."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Response
from sqlalchemy import Row

from services.reviews.conduct import commands, queries
from services.reviews.conduct.domain import Milestone, drift, drifts
from services.reviews.conduct.schemas import (
    AppointReviewer,
    ConductShown,
    Ended,
    EngagementShown,
    FinishMilestone,
    MilestoneShown,
    MoveMilestone,
    MoveShown,
    PlanMilestone,
    RecordEngagement,
    RequirementShown,
    ReviewerShown,
    SetTerms,
    TermsShown,
)
from services.reviews.practice_reviews import queries as reviews
from services.reviews.practice_reviews.commands import NOUN
from shared.auth import Caller, Requires
from shared.days import today
from shared.db import Tx
from shared.etag import etag
from shared.policy import View
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["conduct"])
MilestoneNumber = Annotated[int, Path(ge=1, le=1000)]


@router.get("/practice-reviews/{practice_review_id}/conduct", summary="Read how a review is held")
async def read_conduct(
    practice_review_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_CONDUCT)], tx: ReadTx
) -> ConductShown:
    """Its reviewers with how each requirement is met, every version of its terms, its milestones with their drift, and who
    was heard. Changes carry the review's ETag."""
    return await _show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/reviewers", status_code=201, summary="Appoint a reviewer")
async def appoint_reviewer(
    practice_review_id: UUID,
    body: AppointReviewer,
    response: Response,
    caller: Annotated[Caller, Requires(policy.APPOINT)],
    tx: OnceTx,
) -> ConductShown:
    """Somebody independent, of whom it is said how each of the requirements is met. She sees the review while it runs."""
    met = {one.code: one.how for one in body.requirements}
    person = {"person_id": str(body.person_id), "person_name": body.person_name, "agency_id": body.agency_id}
    await commands.appoint(tx, caller.by(), practice_review_id, **person, met=met)
    return await _made(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/reviewers/{reviewer_id}/end", summary="End an appointment")
async def end_appointment(
    practice_review_id: UUID,
    reviewer_id: UUID,
    body: Ended,
    response: Response,
    caller: Annotated[Caller, Requires(policy.END_APPOINTMENT)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ConductShown:
    """She reviews no more, and sees the review no more."""
    await commands.end(tx, caller.by(if_match), practice_review_id, reviewer_id, reason=body.reason)
    return await _show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/terms", summary="Set the terms of reference")
async def set_terms(
    practice_review_id: UUID,
    body: SetTerms,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SET_TERMS)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ConductShown:
    """A new version, with the reason where there was one before; the earlier ones stay."""
    await commands.set_terms(tx, caller.by(if_match), practice_review_id, text=body.text, reason=body.reason)
    return await _show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/milestones", status_code=201, summary="Plan a milestone")
async def plan_milestone(
    practice_review_id: UUID,
    body: PlanMilestone,
    response: Response,
    caller: Annotated[Caller, Requires(policy.PLAN_MILESTONE)],
    tx: OnceTx,
) -> ConductShown:
    """Something that is to be reached by a day; the day that was planned first is never rewritten."""
    await commands.plan(tx, caller.by(), practice_review_id, title=body.title, planned_on=body.planned_on)
    return await _made(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/milestones/{number}/move", summary="Move a milestone")
async def move_milestone(
    practice_review_id: UUID,
    number: MilestoneNumber,
    body: MoveMilestone,
    response: Response,
    caller: Annotated[Caller, Requires(policy.MOVE_MILESTONE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ConductShown:
    """It is expected on another day, and why; how often and how far it slid is shown."""
    await commands.move(tx, caller.by(if_match), practice_review_id, number, due_on=body.due_on, reason=body.reason)
    return await _show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/milestones/{number}/finish", summary="Finish a milestone")
async def finish_milestone(
    practice_review_id: UUID,
    number: MilestoneNumber,
    body: FinishMilestone,
    response: Response,
    caller: Annotated[Caller, Requires(policy.FINISH_MILESTONE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ConductShown:
    """It is reached."""
    await commands.finish(tx, caller.by(if_match), practice_review_id, number, done_on=body.done_on)
    return await _show(tx, caller, practice_review_id, response)


@router.post("/practice-reviews/{practice_review_id}/engagements", status_code=201, summary="Record who was heard")
async def record_engagement(
    practice_review_id: UUID,
    body: RecordEngagement,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RECORD_ENGAGEMENT)],
    tx: OnceTx,
) -> ConductShown:
    """Family, child or practitioners: offered, met, at an event, in writing, or declined; a fact, and nobody's name."""
    await commands.record(tx, caller.by(), practice_review_id, **body.model_dump())
    return await _made(tx, caller, practice_review_id, response)


async def _made(tx: Tx, caller: Caller, review_id: UUID, response: Response) -> ConductShown:
    response.headers["location"] = f"/reviews/v1/practice-reviews/{review_id}/conduct"
    return await _show(tx, caller, review_id, response)


async def _show(tx: Tx, caller: Caller, review_id: UUID, response: Response) -> ConductShown:
    review = await reviews.get(tx, caller.principal, caller.reach, review_id)
    caller.shows(NOUN, review_id, View.PSEUDONYMISED)
    response.headers["etag"] = etag(review.version)
    moves = await queries.moves(tx, review_id)
    return ConductShown.model_construct(
        practice_review_id=review_id,
        reviewers=[_reviewer(row) for row in await queries.reviewers(tx, review_id)],
        terms=[TermsShown.model_construct(**row._mapping) for row in await queries.terms(tx, review_id)],
        milestones=[_milestone(row, moves, tx) for row in await queries.milestones(tx, review_id)],
        engagements=[
            EngagementShown.model_construct(**one._mapping) for one in await queries.engagements(tx, review_id)
        ],
    )


def _reviewer(row: Row[Any]) -> ReviewerShown:
    required = queries.requirements_on(today(row.appointed_at))
    met = [
        RequirementShown.model_construct(**one, text=required[one["code"]].text, source=required[one["code"]].source)
        for one in row.requirements
    ]
    return ReviewerShown.model_construct(**row._asdict() | {"requirements": met})


def _milestone(row: Row[Any], moves: Any, tx: Tx) -> MilestoneShown:
    milestone = Milestone(row.planned_on, row.due_on, row.moves, row.done_on)
    own = [MoveShown.model_construct(**one._mapping) for one in moves if one.number == row.number]
    return MilestoneShown.model_construct(
        **row._asdict() | {"moves": own}, drift_days=drift(milestone, tx.now), drifts=drifts(milestone, tx.now)
    )
