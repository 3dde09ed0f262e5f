"""The seal key turns while people sign in: a new key opens before it seals, all is sealed anew, the old one is forgotten."""

import pytest
from sqlalchemy import delete, func, insert, select

from services.gateway.app import SERVICE
from services.gateway.authorization import keys
from services.gateway.models import SEALED_COLUMNS, Agency, InvitationLetter, Person, SigningKey
from services.gateway.sandbox.cast import player
from shared.db import new_id
from shared.now import wall
from shared.resealing import BATCH, reseal
from shared.vault import Vault
from tests.postgres import OwnDatabase
from tests.service.gateway.running import Running, running
from tests.service.gateway.sandbox import LEAD, sandbox

pytestmark = pytest.mark.anyio

OLD, NEW = "11" * 32, "44" * 32
OTHER = player("icb", "agency_lead")


async def sealed_anew(gateway: Running, *keys: str) -> int:
    return sum([await reseal(gateway.gateway.database, Vault(*keys), one) for one in SERVICE.sealed_columns])


async def test_a_turn_of_the_key_from_its_first_day_to_its_last(database: OwnDatabase) -> None:
    async with sandbox(database) as box, box.browser() as browser:
        assert await browser.tokens(LEAD)
        await box.running.write(delete(Agency))
    async with sandbox(database, seal_key=NEW, other_seal_keys=OLD) as box:
        async with box.browser() as browser:
            assert await browser.tokens(OTHER), "her authenticator's secret, and the signing keys, were sealed before"
        count = await sealed_anew(box.running, NEW, OLD)
        people = await box.running.value(select(func.count()).where(Person.totp_sealed.is_not(None)))
        assert count == people + 2, "everybody's authenticator, and two signing keys"
        assert await sealed_anew(box.running, NEW, OLD) == 0, "once is enough"
        await box.running.write(delete(Agency))
    async with sandbox(database, seal_key=NEW) as box, box.browser() as browser:
        assert await browser.tokens(player("council", "agency_lead")), "the old key is forgotten"
        published = [key["kid"] for key in (await browser.http.get("/oauth/jwks")).json()["keys"]]
        assert len(published) == 2, "no signing key was lost"


async def test_each_gateway_opens_what_the_other_seals_while_they_are_replaced(database: OwnDatabase) -> None:
    async with running(database, other_seal_keys=NEW) as earlier:
        await earlier.system()
        await earlier.write(delete(Agency))
        async with running(database, seal_key=NEW, other_seal_keys=OLD) as later:
            async with later.gateway.database.transaction() as tx:
                await keys.rotate(tx, later.gateway.vault, compromised=True)
            for one in (earlier, later):
                await one.gateway.ring.reload()
                assert await one.token()


async def test_what_no_key_opens_is_told_and_left(gateway: Running) -> None:
    await gateway.write(insert(SigningKey).values(kid="lost", sealed=b"\0" * 60, published_at=wall()))
    with pytest.raises(ValueError, match="neither SAFER_SEAL_KEY"):
        await sealed_anew(gateway, NEW, OLD)
    assert await gateway.value(select(SigningKey.sealed).where(SigningKey.kid == "lost")) == b"\0" * 60


async def test_more_than_a_batch_is_sealed_anew_and_nothing_where_nothing_was(gateway: Running) -> None:
    vault, count = Vault(OLD), BATCH + 3
    rows = [{"person_id": new_id(), "queued_at": wall(), "sealed": b""} for _ in range(count)]
    for row in rows:
        row["sealed"] = vault.seal(b"secret", str(row["person_id"]))
    await gateway.write(insert(InvitationLetter), rows)
    await gateway.write(insert(InvitationLetter).values(person_id=new_id(), queued_at=wall(), sealed=None))
    (letters,) = [one for one in SEALED_COLUMNS if one.column is InvitationLetter.sealed]
    assert await reseal(gateway.gateway.database, Vault(NEW, OLD), letters) == count
    found = await gateway.value(
        select(InvitationLetter.sealed).where(InvitationLetter.person_id == rows[0]["person_id"])
    )
    assert Vault(NEW).open(found, str(rows[0]["person_id"])) == b"secret"
