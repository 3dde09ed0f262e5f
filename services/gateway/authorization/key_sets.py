"""The keys that systems publish at an address of their own, so that they can turn a key without telling us."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from authlib.oauth2.rfc6749.errors import InvalidClientError

from services.gateway.authorization.outward import Unfetched
from services.gateway.clients.domain import Kind, fitting_keys
from services.gateway.oauth.context import Client, Context, keys_of
from services.gateway.oauth.reading import Fields, strict_object, unproved_header

log = logging.getLogger(__name__)

KEPT_SECONDS = 300.0
FETCH_EVERY_SECONDS = 30.0  # whatever keys are named: who knows a client's id can name any
OUTAGE_SECONDS = 3600.0  # for so long what was fetched last is still good while its address does not answer

Fetch = Callable[[str], Awaitable[bytes]]


@dataclass(slots=True)
class _Held:
    url: str
    jwks: str = ""
    kids: frozenset[str | None] = frozenset()
    fetched: float = -math.inf
    asked: float = -math.inf
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def suffices(self, kid: str | None) -> bool:
        return time.monotonic() - self.fetched < KEPT_SECONDS and (kid is None or kid in self.kids)


class KeySets:
    """This process's copies of the key sets, one for each client that publishes one."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._held: dict[str, _Held] = {}

    async def filled(self, context: Context, fields: Fields) -> Context:
        """The context, with the keys that its client publishes where it is about to prove itself by one of them.

        InvalidClientError where they cannot be had. No transaction may be open: this goes out into the network.
        """
        client, assertion = context.client, fields.get("client_assertion")
        if client is None or not client.jwks_uri or not assertion or client.suspended:
            return context
        kid = unproved_header(assertion).get("kid")
        jwks = await self._published(client, kid if isinstance(kid, str) else None)
        return replace(context, client=replace(client, jwks=jwks))

    async def _published(self, client: Client, kid: str | None) -> str:
        held = self._held.get(client.client_id)
        if held is None or held.url != client.jwks_uri:
            held = self._held[client.client_id] = _Held(client.jwks_uri)
        if held.suffices(kid):
            return held.jwks
        async with held.asking:
            if not held.suffices(kid) and time.monotonic() - held.asked >= FETCH_EVERY_SECONDS:
                await self._refresh(held, client)
        if time.monotonic() - held.fetched > OUTAGE_SECONDS:
            raise InvalidClientError(
                description="No key that this client may use could be fetched from its jwks_uri; "
                f"it is asked again after {FETCH_EVERY_SECONDS:.0f} seconds."
            )
        return held.jwks

    async def _refresh(self, held: _Held, client: Client) -> None:
        held.asked = time.monotonic()
        try:
            jwks = fitting_keys(Kind(client.kind), strict_object(await self._fetch(held.url)))
        except (Unfetched, ValueError) as failure:
            log.warning(
                "a client's key set could not be fetched", extra={"client": client.client_id, "reason": str(failure)}
            )
            return
        held.jwks, held.kids = jwks, frozenset(key.kid for key in keys_of(jwks))
        held.fetched = held.asked
