"""The reference: FastAPI and asyncpg by hand. The same token check, statements, access record and answer, one grant alone."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from typing import Any

import asyncpg
from fastapi import FastAPI, Request

from shared.paging import Cursors
from shared.policy import Principal
from shared.pseudonym import Pseudonyms
from shared.tokens import TokenVerifier
from shared.vault import Vault
from tests.bench.ours import settings_of

RECORD = """INSERT INTO {service}.access_record
(at, subject, client_id, agency_id, acting_for, action, record_type, record_id, view, refused, reason, trace)
SELECT $1, $2, $3, $4, NULL, $5, $6, unnest($7::text[]), $8, NULL, NULL, NULL"""


class Hand:
    """What the operations written by hand stand on."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        async def keys() -> Mapping[str, Any]:
            found: Mapping[str, Any] = given["keys"]
            return found

        self._given, self._settings = given, settings_of(given)
        self._verifier = TokenVerifier(given["issuer"], frozenset({f"{given['issuer']}/api"}), keys)
        self._record = RECORD.format(service=given["service"])
        self.cursors = Cursors(self._settings.cursor_key)

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        """For who may see who the children are."""
        return Pseudonyms(self._settings.pseudonym_keys, Vault(*self._settings.seal_keys))

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """The pool is there meanwhile."""
        self._pool = await asyncpg.create_pool(self._given["url"], min_size=10, max_size=10, init=_json)
        yield
        await self._pool.close()

    async def principal(self, request: Request) -> Principal:
        """Who calls."""
        return await self._verifier.principal(request.headers.get("authorization"))

    @asynccontextmanager
    async def connection(self) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
        """A connection of the pool."""
        async with self._pool.acquire() as connection:
            yield connection

    async def record(
        self,
        connection: "asyncpg.Connection[asyncpg.Record]",
        principal: Principal,
        action: str,
        noun: str,
        ids: list[str],
        view: str,
    ) -> None:
        """Who was shown what."""
        who = (principal.subject, principal.client_id, principal.agency_id)
        await connection.execute(self._record, datetime.now(UTC), *who, action, noun, ids, view)


def make(given: Mapping[str, Any]) -> FastAPI:
    """The application by hand of one noun."""
    hand = Hand(given)
    app = FastAPI(lifespan=hand.lifespan)

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {}

    import_module(f"{__name__}.{given['noun']}").operations(app, hand)
    return app


async def _json(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
