"""The operations on published reviews: list and read."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlalchemy import Row

from services.reviews.practice_reviews.api import source
from services.reviews.practice_reviews.domain import Part
from services.reviews.practice_reviews.queries import parts
from services.reviews.practice_reviews.schemas import PartShown
from services.reviews.published import queries
from services.reviews.published.schemas import (
    LearningPublished,
    ListPublished,
    PublishedPage,
    PublishedShown,
    PublishedWhole,
    RecommendationPublished,
)
from shared.auth import Caller, Requires
from shared.listing import Pages
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["published"])


@router.get("/published-reviews", summary="List published reviews")
async def list_published(
    caller: Annotated[Caller, Requires(policy.LIST_PUBLISHED)],
    tx: ReadTx,
    wanted: Annotated[ListPublished, Query()],
    pages: Pages,
) -> PublishedPage:
    """Every published review, by name, for everybody; also by what it is about."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.name, row.id), str, UUID)
    items = [PublishedShown.model_construct(**_shown(row)) for row in found.rows]
    return PublishedPage.model_construct(items=items, next=found.next)


@router.get("/published-reviews/{published_review_id}", summary="Read one published review")
async def read_published(
    published_review_id: UUID, caller: Annotated[Caller, Requires(policy.READ_PUBLISHED)], tx: ReadTx
) -> PublishedWhole:
    """Its report, what it teaches, and each recommendation with whether it was accepted."""
    row = await queries.get(tx, published_review_id)
    texts = await parts(tx, published_review_id)
    taught = await queries.learning(tx, published_review_id)
    recommended = await queries.recommended(tx, published_review_id)
    return PublishedWhole.model_construct(
        **_shown(row),
        parts=[PartShown.model_construct(part=part, text=texts[part]) for part in Part if part in texts],
        learning=[LearningPublished.model_construct(**one._mapping) for one in taught],
        recommended=[RecommendationPublished.model_construct(**one._mapping) for one in recommended],
    )


def _shown(row: Row[Any]) -> dict[str, Any]:
    return row._asdict() | {"source": source(row)}
