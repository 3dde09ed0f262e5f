"""Reading and listing actions, by hand."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import FastAPI, HTTPException, Request, Response

from services.governance.actions.commands import course_of, signing_of
from services.governance.actions.domain import RUNNING
from services.governance.actions.schemas import (
    ActionPage,
    ActionShown,
    ActionWhole,
    DecisionShown,
    DueDateShown,
    EntryShown,
    EvidenceShown,
    SignatureShown,
    UpdateShown,
)
from services.governance.delays.domain import delay, drifts, sentence
from shared.days import today
from shared.schemas import CauseShown
from tests.bench.by_hand import Hand

STALE = """EXISTS (SELECT FROM governance.signature s WHERE s.action_id = a.id AND s.set_aside_at IS NULL AND s.sha256 !=
CASE WHEN s.phase IN ('impact', 'closing') THEN a.impact_sha256 ELSE a.activity_sha256 END) AS stale"""
READ = f"SELECT a.*, {STALE} FROM governance.action a WHERE a.id = $1 AND a.lead_agency_id = ANY($2)"
LIST = f"""SELECT a.*, {STALE} FROM governance.action a WHERE a.lead_agency_id = ANY($1) AND a.status = $2
ORDER BY a.proposed_at DESC, a.id DESC LIMIT $3"""
FILE: dict[str, tuple[str, Any]] = {
    "entries": ("action_entry", EntryShown),
    "updates": ("action_update", UpdateShown),
    "evidence": ("evidence", EvidenceShown),
    "due_dates": ("due_date", DueDateShown),
    "signatures": ("signature", SignatureShown),
    "decisions": ("drift_decision", DecisionShown),
}


def operations(app: FastAPI, hand: Hand) -> None:
    """Both of them."""

    @app.get("/governance/v1/actions/{action_id}", response_model=ActionWhole)
    async def read(action_id: UUID, request: Request, response: Response) -> Any:
        principal = await hand.principal(request)
        async with hand.connection() as connection:
            row = await connection.fetchrow(READ, action_id, list(principal.agencies))
            if row is None:
                raise HTTPException(404)
            file: dict[str, Any] = {}
            for name, (table, kind) in FILE.items():
                rows = await connection.fetch(
                    f"SELECT * FROM governance.{table} WHERE action_id = $1 ORDER BY id", action_id
                )
                file[name] = [kind.model_construct(**dict(one)) for one in rows]
        response.headers["etag"] = f'"{row["version"]}"'
        return ActionWhole.model_construct(**_facts(row), **file)

    @app.get("/governance/v1/actions", response_model=ActionPage)
    async def page(request: Request, status: str, limit: int) -> Any:
        principal = await hand.principal(request)
        async with hand.connection() as connection:
            rows = await connection.fetch(LIST, list(principal.agencies), status, limit + 1)
        items = [ActionShown.model_construct(**_facts(row)) for row in rows[:limit]]
        following = None
        if len(rows) > limit:
            last = rows[limit - 1]
            following = hand.cursors.make(principal, status, (last["proposed_at"], last["id"]))
        return ActionPage.model_construct(items=items, next=following)


def _facts(row: "asyncpg.Record") -> dict[str, Any]:
    """What is told of an action that runs and that no body has."""
    day, course = today(datetime.now(UTC)), course_of(row)
    late = delay(course, day)
    return dict(row) | {
        "causes": [CauseShown.model_construct(**cause) for cause in row["causes"]],
        "moves": len(row["moved_from"]),
        "delay": sentence(course, day, {}, "Due"),
        "days_over": late.over,
        "days_waited": late.over - late.own,
        "overdue": late.own > 0,
        "drifting": drifts(course, signing_of(row).moves_tolerated, day),
        "update_missing": bool(row["status"] in RUNNING and row["update_by"] and row["update_by"] < day),
    }
