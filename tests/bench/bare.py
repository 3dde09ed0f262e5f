"""For information: Starlette and asyncpg with nothing between; no token, no policy, no record, PostgreSQL writes the JSON."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

READ = "SELECT row_to_json(e)::text FROM escalations.escalation e WHERE id = $1"
LIST = """SELECT json_agg(e)::text FROM (SELECT e.* FROM escalations.party p JOIN escalations.escalation e
ON e.id = p.escalation_id WHERE p.agency_id = $1 AND e.status = $2 ORDER BY p.raised_at DESC LIMIT 50) AS e"""


def make(given: Mapping[str, Any]) -> Starlette:
    """The application."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.pool = await asyncpg.create_pool(given["url"], min_size=10, max_size=10)
        yield
        await app.state.pool.close()

    async def live(request: Request) -> Response:
        return Response()

    async def read(request: Request) -> Response:
        text = await request.app.state.pool.fetchval(READ, request.path_params["escalation_id"])
        return Response(text, media_type="application/json")

    async def page(request: Request) -> Response:
        text = await request.app.state.pool.fetchval(LIST, given["agency"], request.query_params["status"])
        return Response(text, media_type="application/json")

    routes = [
        Route("/health/live", live),
        Route("/escalations/v1/escalations", page),
        Route("/escalations/v1/escalations/{escalation_id}", read),
    ]
    return Starlette(routes=routes, lifespan=lifespan)
