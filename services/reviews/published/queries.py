"""Reads what is public."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, func, or_, select

from services.reviews.learning.domain import Status as PointStatus
from services.reviews.learning.models import LearningPoint
from services.reviews.practice_reviews.domain import Status
from services.reviews.practice_reviews.models import PracticeReview
from services.reviews.practice_reviews.queries import ReviewNotFound
from services.reviews.recommendations.domain import Status as RecommendationStatus
from services.reviews.recommendations.models import Recommendation
from shared.db import Tx
from shared.scoping import in_order, narrowed

STANDS = LearningPoint.status == PointStatus.DRAWN
MADE = Recommendation.status != RecommendationStatus.WITHDRAWN
COUNT = (
    select(func.count())
    .select_from(Recommendation)
    .where(Recommendation.practice_review_id == PracticeReview.id, MADE)
    .scalar_subquery()
)
COLUMNS = tuple(
    PracticeReview.__table__.c[name]
    for name in ("id", "name", "kind", "areas", "published_on", "published", "public_until", "source")
)
PUBLIC = select(*COLUMNS, COUNT.label("recommendations")).where(PracticeReview.status == Status.PUBLISHED)


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    kind: str | None = None
    theme: str | None = None


async def get(tx: Tx, review_id: UUID) -> Row[Any]:
    """One published review. ReviewNotFound where none is public under this id."""
    row = await tx.row(PUBLIC.where(PracticeReview.id == review_id))
    if row is None:
        raise ReviewNotFound("No published review has this id.")
    return row


async def learning(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """What it teaches, by number."""
    statement = select(*LearningPoint.__table__.c).where(LearningPoint.practice_review_id == review_id, STANDS)
    return await tx.rows(statement.order_by(LearningPoint.number))


async def recommended(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """What it recommends, by number."""
    statement = select(*Recommendation.__table__.c).where(Recommendation.practice_review_id == review_id, MADE)
    return await tx.rows(statement.order_by(Recommendation.number))


async def page(tx: Tx, filters: Filters, limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """Up to `limit + 1` published reviews, by name, after a position."""

    def about(theme: str) -> ColumnElement[bool]:
        of_it = ((LearningPoint, STANDS), (Recommendation, MADE))
        at = [
            exists().where(one.practice_review_id == PracticeReview.id, one.theme == theme, kept) for one, kept in of_it
        ]
        return or_(*at)

    statement = PUBLIC.where(*narrowed(filters, PracticeReview, theme=about))
    return await tx.rows(in_order(statement, (PracticeReview.name, PracticeReview.id), limit, after))
