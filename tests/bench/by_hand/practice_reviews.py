"""Reading and listing practice reviews, by hand, as those who oversee them see them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import FastAPI, HTTPException, Request, Response

from services.reviews.practice_reviews.commands import NOUN
from services.reviews.practice_reviews.domain import Part, Status, is_overdue, text_hash
from services.reviews.practice_reviews.schemas import (
    PartShown,
    PartyShown,
    ReviewPage,
    ReviewShown,
    ReviewStep,
    ReviewWhole,
)
from shared.policy import practice_reviews as actions
from shared.schemas import CauseShown
from tests.bench.by_hand import Hand

READ = "SELECT * FROM reviews.practice_review WHERE id = $1"
PARTS = "SELECT part, text FROM reviews.report_part WHERE practice_review_id = $1"
PARTIES = "SELECT * FROM reviews.review_party WHERE practice_review_id = $1 ORDER BY agency_id"
STEPS = "SELECT * FROM reviews.review_entry WHERE practice_review_id = $1 ORDER BY id"
LIST = "SELECT * FROM reviews.practice_review WHERE status = $1 ORDER BY commissioned_at DESC, id DESC LIMIT $2"


def operations(app: FastAPI, hand: Hand) -> None:
    """Both of them."""

    @app.get("/reviews/v1/practice-reviews/{review_id}", response_model=ReviewWhole)
    async def read(review_id: UUID, request: Request, response: Response) -> Any:
        principal = await hand.principal(request)
        async with hand.connection() as connection:
            row = await connection.fetchrow(READ, review_id)
            if row is None:
                raise HTTPException(404)
            parts = {one["part"]: one["text"] for one in await connection.fetch(PARTS, review_id)}
            parties = await connection.fetch(PARTIES, review_id)
            steps = await connection.fetch(STEPS, review_id)
            action = actions.READ_REVIEW.name
            await hand.record(connection, principal, action, NOUN, [str(review_id)], "pseudonymised")
        response.headers["etag"] = f'"{row["version"]}"'
        return ReviewWhole.model_construct(
            **_summary(row) | {"causes": [CauseShown.model_construct(**cause) for cause in row["causes"]]},
            text_hash=text_hash(parts),
            parts=[PartShown.model_construct(part=part, text=parts[part]) for part in Part if part in parts],
            parties=[PartyShown.model_construct(**dict(one)) for one in parties],
            steps=[ReviewStep.model_construct(**dict(one)) for one in steps],
        )

    @app.get("/reviews/v1/practice-reviews", response_model=ReviewPage)
    async def page(request: Request, status: str, limit: int) -> Any:
        principal = await hand.principal(request)
        async with hand.connection() as connection:
            rows = await connection.fetch(LIST, status, limit + 1)
            ids, action = [str(row["id"]) for row in rows[:limit]], actions.LIST_REVIEWS.name
            await hand.record(connection, principal, action, NOUN, ids, "pseudonymised")
        items = [ReviewShown.model_construct(**_summary(row)) for row in rows[:limit]]
        following = None
        if len(rows) > limit:
            last = rows[limit - 1]
            following = hand.cursors.make(principal, status, (last["commissioned_at"], last["id"]))
        return ReviewPage.model_construct(items=items, next=following)


def _summary(row: "asyncpg.Record") -> dict[str, Any]:
    overdue = is_overdue(Status(row["status"]), row["publish_by"], held=row["held"], now=datetime.now(UTC))
    return dict(row) | {"overdue": overdue}
