"""The reference: FastAPI and asyncpg by hand. The same token check, statements, access record and answer, one grant alone."""

import json
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
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
    IdentifierShown,
    StageShown,
)
from shared import policy
from shared.paging import Cursors
from shared.policy import Principal
from shared.policy import escalations as actions
from shared.pseudonym import Pseudonyms
from shared.tokens import TokenVerifier
from shared.vault import Vault
from tests.bench.ours import settings_of

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

    settings = settings_of(given)
    verifier = TokenVerifier(given["issuer"], frozenset({f"{given['issuer']}/api"}), keys)
    pseudonyms, cursors = Pseudonyms(settings.pseudonym_keys, Vault(*settings.seal_keys)), Cursors(settings.cursor_key)

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
    async def read(escalation_id: UUID, request: Request, response: Response) -> Any:
        principal = await verifier.principal(request.headers.get("authorization"))
        async with app.state.pool.acquire() as connection:
            read = queries.reading(policy.reach(principal, actions.READ))
            values = {"id": escalation_id, "agencies": list(principal.agencies)}
            row = await connection.fetchrow(read.sql, *read.arguments(values))
            if row is None:
                raise HTTPException(404)
            await _record(connection, principal, actions.READ.name, [str(row["id"])])
        response.headers["etag"] = f'"{row["version"]}"'
        return EscalationWhole.model_construct(
            **dict(row)
            | {
                "view": "identified",
                "overdue": _overdue(row),
                "ladder": f"{row['ladder_code']}/{row['ladder_version']}",
                "children": [_child(child, pseudonyms) for child in row["children"]],
                "stages": [StageShown.model_construct(**stage) for stage in row["stages"]],
                "clocks": [ClockShown.model_construct(**clock, on_whom=clock["agency_id"]) for clock in row["clocks"]],
            }
        )

    @app.get("/escalations/v1/escalations", response_model=EscalationPage)
    async def page(request: Request, status: str, limit: int) -> Any:
        principal = await verifier.principal(request.headers.get("authorization"))
        async with app.state.pool.acquire() as connection:
            rows = await connection.fetch(LIST, principal.agency_id, status, limit + 1)
            await _record(connection, principal, actions.LIST.name, [str(row["id"]) for row in rows[:limit]])
        items = [
            EscalationSummary.model_construct(**dict(row), view="identified", overdue=_overdue(row))
            for row in rows[:limit]
        ]
        following = None
        if len(rows) > limit:
            last = rows[limit - 1]
            following = cursors.make(principal, status, (last["raised_at"], last["id"]))
        return EscalationPage.model_construct(items=items, next=following)

    return app


def _overdue(row: "asyncpg.Record") -> bool:
    return bool(row["due_at"] and row["due_at"] < datetime.now(UTC))


def _child(child: dict[str, Any], pseudonyms: Pseudonyms) -> ChildShown:
    opened = [
        IdentifierShown.model_construct(
            type=one["type"], value=pseudonyms.open(b64decode(one["sealed"]), f"{one['type']}/{one['pseudonym']}")
        )
        for one in child["sealed"]
    ]
    return ChildShown.model_construct(**child | {"identifiers": opened})


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
