"""Reading and listing escalations, by hand."""

from base64 import b64decode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import FastAPI, HTTPException, Request, Response

from services.escalations.escalations import queries
from services.escalations.escalations.api import NOUN
from services.escalations.escalations.schemas import (
    ChildShown,
    ClockShown,
    EscalationPage,
    EscalationSummary,
    EscalationWhole,
    StageShown,
)
from shared import policy
from shared.child_records.schemas import IdentifierShown
from shared.policy import escalations as actions
from shared.pseudonym import Pseudonyms
from tests.bench.by_hand import Hand

LISTED = ", ".join(f"e.{column.key}" for column in queries.LISTED)
LIST = f"""SELECT {LISTED}, true AS is_party FROM escalations.party p JOIN escalations.escalation e ON e.id = p.escalation_id
WHERE p.agency_id = $1 AND e.status = $2 ORDER BY p.raised_at DESC, p.escalation_id DESC LIMIT $3"""


def operations(app: FastAPI, hand: Hand) -> None:
    """Both of them."""

    @app.get("/escalations/v1/escalations/{escalation_id}", response_model=EscalationWhole)
    async def read(escalation_id: UUID, request: Request, response: Response) -> Any:
        principal = await hand.principal(request)
        async with hand.connection() as connection:
            read = queries.reading(policy.reach(principal, actions.READ))
            values = {"id": escalation_id, "agencies": list(principal.agencies)}
            row = await connection.fetchrow(read.sql, *read.arguments(values))
            if row is None:
                raise HTTPException(404)
            await hand.record(connection, principal, actions.READ.name, NOUN, [str(row["id"])], "identified")
        response.headers["etag"] = f'"{row["version"]}"'
        return EscalationWhole.model_construct(
            **dict(row)
            | {
                "view": "identified",
                "overdue": _overdue(row),
                "ladder": f"{row['ladder_code']}/{row['ladder_version']}",
                "children": [_child(child, hand.pseudonyms) for child in row["children"]],
                "stages": [StageShown.model_construct(**stage) for stage in row["stages"]],
                "clocks": [ClockShown.model_construct(**clock, on_whom=clock["agency_id"]) for clock in row["clocks"]],
            }
        )

    @app.get("/escalations/v1/escalations", response_model=EscalationPage)
    async def page(request: Request, status: str, limit: int) -> Any:
        principal = await hand.principal(request)
        async with hand.connection() as connection:
            rows = await connection.fetch(LIST, principal.agency_id, status, limit + 1)
            ids = [str(row["id"]) for row in rows[:limit]]
            await hand.record(connection, principal, actions.LIST.name, NOUN, ids, "identified")
        items = [
            EscalationSummary.model_construct(**dict(row), view="identified", overdue=_overdue(row))
            for row in rows[:limit]
        ]
        following = None
        if len(rows) > limit:
            last = rows[limit - 1]
            following = hand.cursors.make(principal, status, (last["raised_at"], last["id"]))
        return EscalationPage.model_construct(items=items, next=following)


def _overdue(row: "asyncpg.Record") -> bool:
    return bool(row["due_at"] and row["due_at"] < datetime.now(UTC))


def _child(child: dict[str, Any], pseudonyms: Pseudonyms) -> ChildShown:
    opened = [
        IdentifierShown.of(one["type"], pseudonyms.open(b64decode(one["sealed"]), f"{one['type']}/{one['pseudonym']}"))
        for one in child["sealed"]
    ]
    return ChildShown.model_construct(**child | {"identifiers": opened})
