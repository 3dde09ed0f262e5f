"""Reads recommendations: whose they are, on what each rests, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, any_, exists, func, or_, select

from services.reviews.learning import queries as learning
from services.reviews.practice_reviews import queries as reviews
from services.reviews.recommendations.models import (
    Recommendation,
    RecommendationAction,
    RecommendationEntry,
    RecommendationLearning,
)
from services.reviews.tables import Base
from shared.acting import By
from shared.db import Tx
from shared.etag import must_match
from shared.history import History
from shared.policy import Principal, Reach
from shared.problems import NotFound
from shared.scoping import AGENCIES, narrowed, newest_first, values, within

HISTORY = History(Recommendation, RecommendationEntry, keeps=("lead_agency_id", "owner_body_id", "by_when"))

RESTS_ON = (
    select(func.count())
    .select_from(RecommendationLearning)
    .where(RecommendationLearning.recommendation_id == Recommendation.id)
    .scalar_subquery()
)
ALL = (*Recommendation.__table__.c, RESTS_ON.label("rests_on"))


ACTION_TABLE = Base.metadata.tables["reviews.recommendation_action"]


class RecommendationNotFound(NotFound):
    """There is no such recommendation, or none that the caller may see."""

    code = "recommendation_not_found"
    cure = "Look in `/reviews/v1/recommendations`."


FROM = Recommendation.practice_review_id
OWN = or_(
    learning.of_review(FROM, reviews.IS_PARTY),
    learning.asked_about(Recommendation.national_review_id),
    Recommendation.lead_agency_id == any_(AGENCIES),
)
ASSIGNED = learning.of_review(FROM, reviews.IS_REVIEWER)


def _one(reach: Reach, recommendation_id: UUID) -> Select[Any]:
    return select(*ALL).where(Recommendation.id == recommendation_id, within(reach, OWN, ASSIGNED))


async def get(tx: Tx, principal: Principal, reach: Reach, recommendation_id: UUID) -> Row[Any]:
    """One recommendation. RecommendationNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, recommendation_id), values(principal)))


async def as_read(tx: Tx, by: By, recommendation_id: UUID) -> Row[Any]:
    """One recommendation as the caller has read it, locked until the transaction ends."""
    assert by.principal
    statement = _one(by.reach, recommendation_id).with_for_update(of=Recommendation)
    row = _found(await tx.row(statement, values(by.principal)))
    must_match(by.if_match, row.version)
    return row


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise RecommendationNotFound("There is no such recommendation that you may see.")
    return row


async def rests_on(tx: Tx, recommendation_id: UUID) -> list[UUID]:
    """The learning points on which it rests."""
    column = RecommendationLearning.learning_point_id
    mine = RecommendationLearning.recommendation_id == recommendation_id
    return [row.learning_point_id for row in await tx.rows(select(column).where(mine).order_by(column))]


async def actions(tx: Tx, recommendation_id: UUID) -> Sequence[Row[Any]]:
    """The actions that came of it, by reference."""
    statement = select(*RecommendationAction.__table__.c).where(
        RecommendationAction.recommendation_id == recommendation_id
    )
    return await tx.rows(statement.order_by(RecommendationAction.reference, RecommendationAction.action_id))


async def action(tx: Tx, action_id: str) -> Row[Any] | None:
    """An action that is known here, locked until the transaction ends; None where it is new."""
    statement = select(*RecommendationAction.__table__.c).where(RecommendationAction.action_id == action_id)
    return await tx.row(statement.with_for_update())


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    status: str | None = None
    theme: str | None = None
    practice_review_id: UUID | None = None
    rapid_review_id: UUID | None = None
    national_review_id: UUID | None = None
    learning_point_id: UUID | None = None
    lead_agency_id: str | None = None
    owner_body_id: str | None = None
    smart: bool | None = None


def _filtered(filters: Filters) -> list[ColumnElement[bool]]:
    owned = func.num_nonnulls(Recommendation.lead_agency_id, Recommendation.owner_body_id) > 0
    smart = and_(Recommendation.measure.is_not(None), Recommendation.by_when.is_not(None), owned, RESTS_ON > 0)
    of_it = RecommendationLearning.recommendation_id == Recommendation.id
    return narrowed(
        filters,
        Recommendation,
        smart=smart,
        learning_point_id=lambda one: exists().where(of_it, RecommendationLearning.learning_point_id == one),
    )


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` recommendations, newest first, after a position."""
    statement = select(*ALL).where(within(reach, OWN, ASSIGNED), *_filtered(filters))
    place = Recommendation.made_at, Recommendation.id
    return await tx.rows(newest_first(statement, *place, limit, after), values(principal))
