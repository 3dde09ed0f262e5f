"""Reading and listing rapid reviews, by hand, as those who oversee them see them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import FastAPI, HTTPException, Request, Response

from services.reviews.incidents.schemas import IncidentChildShown
from services.reviews.rapid_reviews.api import NOUN
from services.reviews.rapid_reviews.domain import said_of_returns
from services.reviews.rapid_reviews.queries import criteria
from services.reviews.rapid_reviews.schemas import (
    CriterionShown,
    PanelMemberShown,
    RapidReviewPage,
    RapidReviewShown,
    RapidReviewWhole,
    ReturnStanding,
    ReviewedIncidentShown,
)
from shared import kept_clocks, rules
from shared.policy import rapid_reviews as actions
from shared.schemas import CauseShown
from tests.bench.by_hand import Hand

READ = "SELECT * FROM reviews.rapid_review WHERE id = $1"
INCIDENTS = """SELECT i.* FROM reviews.incident i JOIN reviews.reviewed_incident r ON r.incident_id = i.id
WHERE r.review_id = $1 ORDER BY i.notified_at NULLS LAST, i.id"""
CHILDREN = "SELECT * FROM reviews.incident_child WHERE incident_id = ANY($1) ORDER BY incident_id, number"
PANEL = "SELECT * FROM reviews.panel_member WHERE review_id = $1 ORDER BY id"
RETURNS = "SELECT * FROM reviews.scoping_return WHERE review_id = $1 ORDER BY id"
CRITERIA = "SELECT * FROM reviews.criterion_answer WHERE review_id = $1 ORDER BY criterion"
LIST = "SELECT * FROM reviews.rapid_review WHERE status = $1 ORDER BY opened_at DESC, id DESC LIMIT $2"
NOTHING = {"met": None, "rationale": None, "answered_at": None}


def operations(app: FastAPI, hand: Hand) -> None:
    """Both of them."""

    @app.get("/reviews/v1/rapid-reviews/{review_id}", response_model=RapidReviewWhole)
    async def read(review_id: UUID, request: Request, response: Response) -> Any:
        principal = await hand.principal(request)
        async with hand.connection() as connection:
            row = await connection.fetchrow(READ, review_id)
            if row is None:
                raise HTTPException(404)
            incidents = await connection.fetch(INCIDENTS, review_id)
            children = await connection.fetch(CHILDREN, [one["id"] for one in incidents])
            returns = await connection.fetch(RETURNS, review_id)
            members = await connection.fetch(PANEL, review_id)
            answered = {one["criterion"]: dict(one) for one in await connection.fetch(CRITERIA, review_id)}
            action = actions.READ_RAPID_REVIEW.name
            await hand.record(connection, principal, action, NOUN, [str(review_id)], "pseudonymised")
        response.headers["etag"] = f'"{row["version"]}"'
        asked = {one["agency_id"] for one in returns}
        came = sum(one["returned_at"] is not None for one in returns)
        return RapidReviewWhole.model_construct(
            **_summary(row)
            | {
                "mandatory": any(one["review_needed"] for one in incidents),
                "clock": _clock(row),
                "incidents": [_incident(one, children) for one in incidents],
                "panel": [
                    PanelMemberShown.model_construct(**dict(one), own_practice=one["agency_id"] in asked)
                    for one in members
                ],
                "returns": [
                    ReturnStanding.model_construct(**dict(one) | {"late": one["late"] or _missing(one)})
                    for one in returns
                ],
                "returns_in_words": said_of_returns(len(returns), came, sum(map(_missing, returns))),
                "criteria": [
                    CriterionShown.model_construct(**answered.get(code, NOTHING) | {"criterion": code, "title": title})
                    for code, title in criteria(row["criteria_version"]).items
                ],
                "causes": [CauseShown.model_construct(**cause) for cause in row["causes"]],
            }
        )

    @app.get("/reviews/v1/rapid-reviews", response_model=RapidReviewPage)
    async def page(request: Request, status: str, limit: int) -> Any:
        principal = await hand.principal(request)
        async with hand.connection() as connection:
            rows = await connection.fetch(LIST, status, limit + 1)
            ids, action = [str(row["id"]) for row in rows[:limit]], actions.LIST_RAPID_REVIEWS.name
            await hand.record(connection, principal, action, NOUN, ids, "pseudonymised")
        items = [RapidReviewShown.model_construct(**_summary(row)) for row in rows[:limit]]
        following = None
        if len(rows) > limit:
            last = rows[limit - 1]
            following = hand.cursors.make(principal, status, (last["opened_at"], last["id"]))
        return RapidReviewPage.model_construct(items=items, next=following)


def _summary(row: "asyncpg.Record") -> dict[str, Any]:
    overdue = row["due_at"] is not None and row["due_at"] < datetime.now(UTC)
    return dict(row) | {"view": "pseudonymised", "overdue": overdue}


def _incident(row: "asyncpg.Record", children: "list[asyncpg.Record]") -> ReviewedIncidentShown:
    of_it = [
        IncidentChildShown.model_construct(**dict(child), identifiers=None)
        for child in children
        if child["incident_id"] == row["id"]
    ]
    return ReviewedIncidentShown.model_construct(**dict(row) | {"children": of_it})


def _missing(row: "asyncpg.Record") -> bool:
    return row["returned_at"] is None and row["due_at"] < datetime.now(UTC)


def _clock(row: "asyncpg.Record") -> kept_clocks.ClockShown | None:
    if row["clock"] is None:
        return None
    clock = kept_clocks.read(row["clock"])
    rule = rules.rule(clock.rule, clock.rule_version)
    return kept_clocks.shown(clock, rule, rules.calendar(clock.calendar_version), datetime.now(UTC))
