"""Reading and listing sessions, by hand."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import FastAPI, HTTPException, Request, Response

from services.training.sessions.domain import Kept, Places, when
from services.training.sessions.schemas import (
    KeptShown,
    SessionPage,
    SessionShown,
    SessionStep,
    SessionWhole,
    TrainerShown,
)
from tests.bench.by_hand import Hand

SESSION = """SELECT s.*, c.code AS course_code, c.title AS course_title, c.mode AS course_mode, c.series AS course_series,
coalesce((SELECT jsonb_agg(jsonb_build_object('subject', t.subject, 'name', t.name)) FROM training.session_trainer t
WHERE t.session_id = s.id), '[]') AS trainers FROM training.session s JOIN training.course c ON c.id = s.course_id"""
READ = f"{SESSION} WHERE s.id = $1"
STEPS = "SELECT * FROM training.session_entry WHERE session_id = $1 ORDER BY id"
LIST = f"{SESSION} WHERE s.status = $1 ORDER BY s.starts_at, s.id LIMIT $2"


def operations(app: FastAPI, hand: Hand) -> None:
    """Both of them."""

    @app.get("/training/v1/sessions/{session_id}", response_model=SessionWhole)
    async def read(session_id: UUID, request: Request, response: Response) -> Any:
        principal = await hand.principal(request)
        async with hand.connection() as connection:
            row = await connection.fetchrow(READ, session_id)
            if row is None:
                raise HTTPException(404)
            steps = [SessionStep.model_construct(**dict(one)) for one in await connection.fetch(STEPS, session_id)]
        response.headers["etag"] = f'"{row["version"]}"'
        return SessionWhole.model_construct(**_shown(row, principal.agency_id), steps=steps)

    @app.get("/training/v1/sessions", response_model=SessionPage)
    async def page(request: Request, status: str, limit: int) -> Any:
        principal = await hand.principal(request)
        async with hand.connection() as connection:
            rows = await connection.fetch(LIST, status, limit + 1)
        items = [SessionShown.model_construct(**_shown(row, principal.agency_id)) for row in rows[:limit]]
        following = None
        if len(rows) > limit:
            last = rows[limit - 1]
            following = hand.cursors.make(principal, status, (last["starts_at"], last["id"]))
        return SessionPage.model_construct(items=items, next=following)


def _shown(row: "asyncpg.Record", agency_id: str) -> dict[str, Any]:
    """A session with booked places, to somebody who neither trains nor runs the programme."""
    now = datetime.now(UTC)
    kept = tuple(Kept(one["agency_id"], one["places"], None) for one in row["kept"])
    return dict(row) | {
        "when": when(row["starts_at"], row["ends_at"]),
        "joining_link": None,
        "distribution_lists": [],
        "taken": sum(row["taken"].values()),
        "free": Places(row["places"], row["taken"], kept, now).free(agency_id),
        "booking_open": row["status"] == "planned" and now < row["booking_closes_at"],
        "unclosed": row["status"] == "planned" and row["ends_at"] <= now,
        "kept": [KeptShown.model_construct(**one) for one in row["kept"]],
        "trainers": [TrainerShown.model_construct(**one) for one in row["trainers"]],
    }
