"""The signing keys turn without losing a request, and what has expired is forgotten."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from joserfc.util import json_b64decode
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
from shared.db import new_id
from shared.now import wall
from tests.postgres import OwnDatabase
from tests.service.gateway.running import Running, running

pytestmark = pytest.mark.anyio

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


async def test_a_rotation_under_load_loses_no_request(gateway: Running) -> None:
    await gateway.system()
    before = await published(gateway)
    await gateway.write(update(SigningKey).values(published_at=SigningKey.published_at - timedelta(hours=1)))
    answers: list[tuple[int, str]] = []
    done = asyncio.Event()

    async def caller() -> None:
        while not done.is_set():
            token = await gateway.token()
            answer = await gateway.http.get(ONE, headers={"authorization": f"Bearer {token}"})
            answers.append((answer.status_code, kid_of(token)))

    callers = [asyncio.create_task(caller()) for _ in range(4)]
    await asyncio.sleep(0.3)
    old = await gateway.token()
    await rotate(gateway)
    await asyncio.sleep(0.3)
    done.set()
    await asyncio.gather(*callers)
    assert {status for status, _ in answers} == {200}
    assert {kid for _, kid in answers} == set(before), "both keys have signed"
    assert (await gateway.http.get(ONE, headers={"authorization": f"Bearer {old}"})).status_code == 200


async def test_a_compromised_key_is_withdrawn_at_once(gateway: Running) -> None:
    await gateway.system()
    current, following = await published(gateway)
    await rotate(gateway, compromised=True)
    assert current not in await published(gateway)
    assert kid_of(await gateway.token()) == following


async def test_keys_turn_by_themselves_after_a_month(gateway: Running) -> None:
    (_, turn) = jobs.jobs(gateway.gateway.vault)

    async def turned() -> int:
        async with gateway.gateway.database.transaction() as tx:
            return await turn.run(tx)

    assert await turned() == 0
    month_ago = SigningKey.signs_from - keys.ROTATE_EVERY
    await gateway.write(update(SigningKey).values(signs_from=month_ago))
    assert await turned() == 1
    assert await turned() == 0, "once is enough"
    assert await gateway.value(select(func.count()).select_from(SigningKey)) == 3


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
