"""Who is suspended and what is revoked, as of the moment a request arrives: a suspension holds from the next request on.

Every change of these raises one version in its own transaction. Each request waits for a reading of that version which
began after it arrived; requests that arrive while one is under way share the next, so that a busy gateway makes few.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from services.gateway.models import AgencyAccess, Client, Grant, Person, RevokedToken, Standing
from shared.db import Database, Tx
from shared.prepared import Prepared

TOKENS_LIVE = timedelta(minutes=10)  # longer than any access token does
VERSION = Prepared(select(Standing.version))
AGENCIES = select(AgencyAccess.agency_id).where(AgencyAccess.suspended_at.is_not(None))
CLIENTS = select(Client.client_id).where(Client.suspended_at.is_not(None))
PEOPLE = select(Person.person_id).where(Person.suspended_at.is_not(None))
ORIGINS = select(Client.origins).where(Client.suspended_at.is_(None))
TOKENS = select(RevokedToken.jti)
RAISE = update(Standing).values(version=Standing.version + 1)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Who and what counts no more, and which browser origins are registered."""

    version: int
    agencies: frozenset[str]
    clients: frozenset[str]
    people: frozenset[str]
    grants: frozenset[str]
    tokens: frozenset[str]
    origins: frozenset[str]


class StandingReader:
    """Fresh verdicts for every request, from as few readings as that allows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._verdicts: Verdicts | None = None
        self._running: asyncio.Task[Verdicts] | None = None
        self._following: asyncio.Task[Verdicts] | None = None

    async def fresh(self) -> Verdicts:
        """The verdicts as of now or later. Raises what the database raises: who cannot be judged is not let in."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._read())
            return await asyncio.shield(self._running)
        if self._following is None:
            self._following = asyncio.create_task(self._after(self._running))
        return await asyncio.shield(self._following)

    async def _after(self, running: asyncio.Task[Verdicts]) -> Verdicts:
        await asyncio.wait([running])
        self._running, self._following = self._following, None
        return await self._read()

    async def _read(self) -> Verdicts:
        async with self._database.reading() as tx:
            (row,) = await tx.fetch(VERSION, {})
            version: int = row.version
            if self._verdicts is None or self._verdicts.version != version:
                self._verdicts = await _verdicts(tx, version)
        return self._verdicts


async def raise_standing(tx: Tx) -> None:
    """Make every gateway read the verdicts anew; in the transaction that changes them."""
    await tx.execute(RAISE)


async def _verdicts(tx: Tx, version: int) -> Verdicts:
    lately = select(Grant.grant_id).where(Grant.revoked_at > tx.wall - TOKENS_LIVE)
    agencies, clients, people, grants, tokens = [
        frozenset(str(row[0]) for row in await tx.rows(statement))
        for statement in (AGENCIES, CLIENTS, PEOPLE, lately, TOKENS)
    ]
    origins = frozenset(origin for row in await tx.rows(ORIGINS) for origin in row.origins)
    return Verdicts(version, agencies, clients, people, grants, tokens, origins)
