"""The reference: FastAPI and asyncpg by hand, with the same token check, statements, access record and response model."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import FastAPI, HTTPException, Request

from services.escalations.escalations import queries
from services.escalations.escalations.api import NOUN
from services.escalations.escalations.schemas import EscalationPage, EscalationSummary, EscalationWhole
from shared import policy
from shared.policy import Principal, View
from shared.policy import escalations as actions
from shared.tokens import TokenVerifier

RECORD = """INSERT INTO escalations.access_record
(at, subject, client_id, agency_id, acting_for, action, record_type, record_id, view, refused, reason, trace)
SELECT $1, $2, $3, $4, NULL, $5, $6, unnest($7::text[]), $8, NULL, NULL, NULL"""
LISTED = ", ".join(f"e.{column.key}" for column in queries.LISTED)
LIST = f"""SELECT {LISTED}, true AS is_party FROM escalations.party p JOIN escalations.escalation e ON e.id = p.escalation_id
WHERE p.agency_id = $1 AND e.status = $2 ORDER BY p.raised_at DESC, p.escalation_id DESC LIMIT $3"""


def make(given: Mapping[str, Any]) -> FastAPI:
    """The application by hand."""

    async def keys() -> Mapping[str, Any]:
        found: Mapping[str, Any] = given["keys"]
        return found

    verifier = TokenVerifier(given["issuer"], frozenset({f"{given['issuer']}/api"}), keys)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.pool = await asyncpg.create_pool(given["url"], min_size=10, max_size=10, init=_json)
        yield
        await app.state.pool.close()

    app = FastAPI(lifespan=lifespan)

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {}

    @app.get("/escalations/v1/escalations/{escalation_id}", response_model=EscalationWhole)
    async def read(escalation_id: UUID, request: Request) -> Any:
        principal = await verifier.principal(request.headers.get("authorization"))
        async with app.state.pool.acquire() as connection:
            read = queries.reading(policy.reach(principal, actions.READ))
            values = {"id": escalation_id, "agencies": list(principal.agencies)}
            row = await connection.fetchrow(read.sql, *read.arguments(values))
            if row is None:
                raise HTTPException(404)
            await _record(connection, principal, actions.READ.name, [str(row["id"])])
        fields = dict(row) | {"view": View.IDENTIFIED.value, "overdue": False}
        fields["ladder"] = f"{row['ladder_code']}/{row['ladder_version']}"
        return EscalationWhole.model_construct(**fields)

    @app.get("/escalations/v1/escalations", response_model=EscalationPage)
    async def page(request: Request, status: str, limit: int) -> Any:
        principal = await verifier.principal(request.headers.get("authorization"))
        async with app.state.pool.acquire() as connection:
            rows = await connection.fetch(LIST, principal.agency_id, status, limit + 1)
            await _record(connection, principal, actions.LIST.name, [str(row["id"]) for row in rows[:limit]])
        items = [
            EscalationSummary.model_construct(**dict(row), view="identified", overdue=False) for row in rows[:limit]
        ]
        return EscalationPage.model_construct(items=items, next=None)

    return app


async def _json(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


async def _record(
    connection: "asyncpg.Connection[asyncpg.Record]", principal: Principal, action: str, ids: list[str]
) -> None:
    await connection.execute(
        RECORD,
        datetime.now(UTC),
        principal.subject,
        principal.client_id,
        principal.agency_id,
        action,
        NOUN,
        ids,
        "identified",
    )
