"""The signing keys turn without losing a request, and what has expired is forgotten."""

import asyncio
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from joserfc.util import json_b64decode, urlsafe_b64encode
from sqlalchemy import func, insert, select, update

from services.gateway import jobs
from services.gateway.authorization import keys
from services.gateway.models import (
    Grant,
    PushedRequest,
    RefreshToken,
    RevokedToken,
    Session,
    SigningKey,
    UsedAssertion,
)
from shared import tokens
from shared.db import new_id
from shared.now import wall
from tests.postgres import OwnDatabase
from tests.service.gateway.running import Running, insist, proof, running

pytestmark = pytest.mark.anyio

SYSTEM = {"grant_type": "client_credentials"}
ONE = "/escalations/v1/escalations/0192"


def kid_of(token: str) -> str:
    return str(json_b64decode(token.split(".")[0].encode())["kid"])


async def published(gateway: Running) -> list[str]:
    return [key["kid"] for key in (await gateway.http.get("/oauth/jwks")).json()["keys"]]


async def rotate(gateway: Running, **how: bool) -> None:
    async with gateway.gateway.database.transaction() as tx:
        await keys.rotate(tx, gateway.gateway.vault, **how)
    await gateway.gateway.ring.reload()


async def test_two_keys_from_the_start_and_one_signs(gateway: Running) -> None:
    await gateway.system()
    current, following = await published(gateway)
    assert kid_of(await gateway.token()) == current
    assert current != following


async def test_two_gateways_that_start_at_once_share_their_keys(database: OwnDatabase) -> None:
    async with running(database) as one:
        vault = one.gateway.vault
        await asyncio.gather(*[keys.ensure(one.gateway.database, vault) for _ in range(5)])
        assert await one.value(select(func.count()).select_from(SigningKey)) == 2


async def test_a_new_key_signs_a_cache_life_after_it_was_published(gateway: Running) -> None:
    await gateway.system()
    current, following = await published(gateway)
    await rotate(gateway)
    assert len(await published(gateway)) == 3
    assert kid_of(await gateway.token()) == current, "nobody may have read the next key yet"
    _, (first, second, third) = await gateway.gateway.ring.at(wall() + keys.CACHE_LIFE)
    assert (first.kid, second.kid) == (current, following)
    signing, _ = await gateway.gateway.ring.at(wall() + keys.CACHE_LIFE)
    assert signing.kid == following
    _, later = await gateway.gateway.ring.at(wall() + keys.CACHE_LIFE + keys.TOKENS_GONE)
    assert [key.kid for key in later] == [following, third.kid], "the old one goes when its tokens are gone"


@pytest.mark.long
async def test_turns_under_load_lose_no_request(database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two gateways, each before a service that reads the keys as it would over a network; every time a hundredth as long."""
    monkeypatch.setattr(keys, "CACHE_LIFE", keys.CACHE_LIFE / 100)
    monkeypatch.setattr(keys, "TOKENS_GONE", keys.TOKENS_GONE / 100)
    monkeypatch.setattr(keys, "RELOAD_SECONDS", keys.RELOAD_SECONDS / 100)
    monkeypatch.setattr(tokens, "KEYS_KEPT_SECONDS", tokens.KEYS_KEPT_SECONDS / 100)
    monkeypatch.setattr(tokens, "FETCH_EVERY_SECONDS", tokens.FETCH_EVERY_SECONDS / 20)  # worse than in truth
    done = asyncio.Event()
    answers: Counter[int] = Counter()
    signed: set[str] = set()

    async def caller(issuer: Running, door: Running) -> None:
        while not done.is_set():
            granted = await insist(lambda: issuer.http.post("/oauth/token", data=proof("police-system") | SYSTEM))
            answers[granted.status_code] += 1
            token = granted.json()["access_token"]
            signed.add(kid_of(token))
            headers = {"authorization": f"Bearer {token}"}
            answers[(await insist(partial(door.http.get, ONE, headers=headers))).status_code] += 1

    async def stranger(door: Running) -> None:
        """Presents keys that nobody has published, so that none is fetched but at its time."""
        good = await door.token()
        while not done.is_set():
            header = urlsafe_b64encode(f'{{"alg":"ES256","typ":"at+jwt","kid":"{new_id()}"}}'.encode()).decode()
            headers = {"authorization": f"Bearer {header}.{good.partition('.')[2]}"}
            assert (await insist(partial(door.http.get, ONE, headers=headers))).status_code == 401
            await asyncio.sleep(0.02)

    async with running(database, over_network=True) as one, running(database) as other:
        await one.system()
        pairs = [(one, other), (other, one), (one, one), (other, other)]
        callers = [asyncio.create_task(caller(*pair)) for pair in pairs]
        callers += [asyncio.create_task(stranger(door)) for door in (one, other)]
        for turns in (1, 2):  # the last one at once after another, when nobody has read its key yet
            for _ in range(turns):
                async with one.gateway.database.transaction() as tx:
                    assert await keys.rotate(tx, one.gateway.vault)
            await asyncio.sleep(keys.CACHE_LIFE.total_seconds() * 1.2)
        done.set()
        await asyncio.gather(*callers)
    assert set(answers) == {200}, answers
    assert len(signed) == 4, "each key has signed in its turn"
    assert answers.total() > 100


async def test_of_a_turn_under_way_there_is_no_second(gateway: Running) -> None:
    await rotate(gateway)
    before = await published(gateway)
    await rotate(gateway)
    assert await published(gateway) == before


async def test_a_compromised_key_is_withdrawn_though_its_successor_waits_already(gateway: Running) -> None:
    await gateway.system()
    current, following = await published(gateway)
    await rotate(gateway)
    assert kid_of(await gateway.token()) == current, "it signs until its successor has been published long enough"
    await rotate(gateway, compromised=True)
    assert current not in await published(gateway)
    assert kid_of(await gateway.token()) == following
    assert len(await published(gateway)) == 2


async def test_a_compromised_key_is_withdrawn_at_once(gateway: Running) -> None:
    await gateway.system()
    current, following = await published(gateway)
    await rotate(gateway, compromised=True)
    assert current not in await published(gateway)
    assert kid_of(await gateway.token()) == following


async def test_keys_turn_by_themselves_after_a_month(gateway: Running) -> None:
    (_, turn) = jobs.jobs(gateway.gateway.vault)

    async def keys_after_a_sweep() -> int:
        async with gateway.gateway.database.transaction() as tx:
            await turn.run(tx)  # the gateway sweeps by itself as well: whichever comes first, the keys turn once
        return int(await gateway.value(select(func.count()).select_from(SigningKey)))

    assert await keys_after_a_sweep() == 2
    month_ago = SigningKey.signs_from - keys.ROTATE_EVERY
    await gateway.write(update(SigningKey).values(signs_from=month_ago))
    assert await keys_after_a_sweep() == 3
    assert await keys_after_a_sweep() == 3, "once is enough"


async def test_keys_are_sealed(gateway: Running) -> None:
    sealed, kid = (await _first(gateway)).sealed, (await _first(gateway)).kid
    with pytest.raises((JoseError, ValueError)):
        ECKey.import_key(sealed)
    assert ECKey.import_key(gateway.gateway.vault.open(sealed, kid)).is_private
    assert KeySet.import_key_set((await gateway.http.get("/oauth/jwks")).json())


async def _first(gateway: Running) -> Any:
    async with gateway.gateway.database.reading() as tx:
        return (await tx.rows(select(*SigningKey.__table__.c)))[0]


async def test_what_has_expired_is_forgotten_and_nothing_else(gateway: Running) -> None:
    now = wall()
    for name, expires in (("old", now - timedelta(days=100)), ("new", now + timedelta(minutes=5))):
        hashed = name.encode()
        await gateway.write(insert(UsedAssertion).values(client_id="c", jti=name, expires_at=expires))
        await gateway.write(insert(RevokedToken).values(jti=name, expires_at=expires))
        pushed = {"hash": hashed, "client_id": "c", "parameters": {}, "pushed_at": now, "expires_at": expires}
        await gateway.write(insert(PushedRequest).values(pushed))
        session = {"hash": hashed, "email": "a@b", "step": "password", "started_at": now, "expires_at": expires}
        await gateway.write(insert(Session).values(session))
        await _grant(gateway, hashed, expires)
    async with gateway.gateway.database.transaction() as tx:
        await jobs.forget(tx)
        assert await jobs.forget(tx) == 0
    for table in (UsedAssertion, RevokedToken, PushedRequest, Session, Grant, RefreshToken):
        assert await gateway.value(select(func.count()).select_from(table)) == 1, table


async def _grant(gateway: Running, hashed: bytes, expires: Any) -> None:
    grant_id, now = new_id(), wall()
    grant = {
        "grant_id": grant_id,
        "client_id": "c",
        "person_id": new_id(),
        "scope": "",
        "resource": "",
        "redirect_uri": "",
        "code_hash": hashed,
        "code_challenge": "",
        "auth_time": now,
        "amr": [],
        "started_at": now,
        "code_expires_at": now,
        "expires_at": expires,
    }
    await gateway.write(insert(Grant).values(grant))
    await gateway.write(insert(RefreshToken).values(hash=hashed, grant_id=grant_id, issued_at=now))
