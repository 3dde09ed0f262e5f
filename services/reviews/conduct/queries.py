"""Reads how a review is held, and what is required of who reviews."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from services.reviews.conduct.domain import Requirement
from services.reviews.conduct.models import Engagement, MilestoneMove, MilestoneRow, TermsVersion
from services.reviews.practice_reviews.models import PracticeReview, Reviewer
from services.reviews.practice_reviews.queries import RUNS
from shared.db import Tx
from shared.problems import NotFound
from shared.reference import Record, Text, read

REQUIREMENTS = Path(__file__).parents[1] / "data" / "reviewer-requirements.yaml"


UNREACHED = (
    MilestoneRow.done_on.is_(None),
    MilestoneRow.overdue_at.is_(None),
    MilestoneRow.practice_review_id.in_(select(PracticeReview.id).where(RUNS)),
)


class MilestoneNotFound(NotFound):
    """The review has no milestone of this number."""

    code = "milestone_not_found"
    cure = "Read how the review is held."


class ReviewerNotFound(NotFound):
    """Nobody of this id reviews it."""

    code = "reviewer_not_found"
    cure = "Read how the review is held."


class _Row(Record):
    code: Text
    text: Text
    source: Text
    verified: bool
    effective_from: date
    effective_to: date | None


class _File(Record):
    requirements: list[_Row]


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    return tuple(read(REQUIREMENTS, _File).requirements)


def requirements_on(day: date) -> dict[str, Requirement]:
    """What is required of who is appointed on a day, by code."""
    holds = [
        row for row in _rows() if row.effective_from <= day and (row.effective_to is None or day <= row.effective_to)
    ]
    return {row.code: Requirement(row.code, row.text, row.source) for row in holds}


async def reviewers(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """Who reviews, or did, in the order of their appointment."""
    statement = select(*Reviewer.__table__.c).where(Reviewer.practice_review_id == review_id)
    return await tx.rows(statement.order_by(Reviewer.appointed_at, Reviewer.id))


async def reviewer(tx: Tx, review_id: UUID, reviewer_id: UUID) -> Row[Any]:
    """One of them. ReviewerNotFound where there is none."""
    found = next((row for row in await reviewers(tx, review_id) if row.id == reviewer_id), None)
    if found is None:
        raise ReviewerNotFound("Nobody of this id reviews it; read how the review is held.")
    return found


async def terms(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """Every version of the terms of reference, the newest first."""
    statement = select(*TermsVersion.__table__.c).where(TermsVersion.practice_review_id == review_id)
    return await tx.rows(statement.order_by(TermsVersion.number.desc()))


async def milestones(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """The milestones, in the order of their planning."""
    statement = select(*MilestoneRow.__table__.c).where(MilestoneRow.practice_review_id == review_id)
    return await tx.rows(statement.order_by(MilestoneRow.number))


async def milestone(tx: Tx, review_id: UUID, number: int) -> Row[Any]:
    """One of them. MilestoneNotFound where there is none."""
    found = next((row for row in await milestones(tx, review_id) if row.number == number), None)
    if found is None:
        raise MilestoneNotFound("The review has no such milestone; read how it is held.")
    return found


async def next_number(tx: Tx, review_id: UUID) -> int:
    """The number after the last milestone of a review, whose row the caller has locked."""
    last = func.coalesce(func.max(MilestoneRow.number), 0)
    return int(await tx.scalar(select(last + 1).where(MilestoneRow.practice_review_id == review_id)))


async def moves(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """Every move of every milestone, oldest first."""
    statement = select(*MilestoneMove.__table__.c).where(MilestoneMove.practice_review_id == review_id)
    return await tx.rows(statement.order_by(MilestoneMove.id))


async def engagements(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """Who was heard, in the order of the days."""
    statement = select(*Engagement.__table__.c).where(Engagement.practice_review_id == review_id)
    return await tx.rows(statement.order_by(Engagement.happened_on, Engagement.id))
