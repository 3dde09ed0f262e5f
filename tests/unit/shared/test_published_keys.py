"""A valid token is never refused because the keys have not been fetched yet, or cannot be at this moment."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from shared import tokens
from shared.policy import AgencyType, Role
from shared.tokens import TokenVerifier
from tests.tokens import ISSUER, Tokens

pytestmark = pytest.mark.anyio

WHO = ("cheshire-constabulary", AgencyType.POLICE, [Role.PRACTITIONER])


class Gateway:
    """Publishes keys slowly, and not at all while it is away."""

    def __init__(self, issued: Tokens) -> None:
        self.issued, self.away, self.asked = issued, False, 0

    async def keys(self) -> Mapping[str, Any]:
        """Fetched over a network, as it were."""
        self.asked += 1
        await asyncio.sleep(0.01)
        if self.away:
            raise ConnectionRefusedError
        return await self.issued.fetch_keys()


@pytest.fixture
def gateway() -> Gateway:
    """One that answers."""
    return Gateway(Tokens())


@pytest.fixture
def verifier(gateway: Gateway) -> TokenVerifier:
    """A service that has just started."""
    return TokenVerifier(ISSUER, frozenset({f"{ISSUER}/api"}), gateway.keys)


async def test_who_asks_at_once_after_a_start_waits_for_the_same_keys(
    gateway: Gateway, verifier: TokenVerifier
) -> None:
    bearers = [gateway.issued.bearer(*WHO, jti=str(number))["authorization"] for number in range(5)]
    found = await asyncio.gather(*(verifier.principal(bearer) for bearer in bearers))
    assert {one.agency_id for one in found} == {"cheshire-constabulary"}
    assert gateway.asked == 1


async def test_a_gateway_away_refuses_nobody(
    gateway: Gateway, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearer = gateway.issued.bearer(*WHO)["authorization"]
    gateway.away = True
    for _ in range(3):
        with pytest.raises(ConnectionError):
            await verifier.principal(bearer)
    assert gateway.asked == 1, "asked again at once"
    gateway.away = False
    monkeypatch.setattr(tokens, "RETRY_SECONDS", 0.0)
    assert (await verifier.principal(bearer)).agency_id == "cheshire-constabulary"
