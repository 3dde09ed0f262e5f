"""The keys that sign tokens: two at least are always published, the one in use and the next.

A key is published a cache life before it signs anything, and withdrawn when the last token that it signed has expired,
so that a rotation loses no request.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc.jwk import ECKey
from sqlalchemy import Row, delete, func, insert, select, update

from services.gateway.models import SigningKey
from shared.db import Database, Tx
from shared.tokens import KEYS_KEPT_SECONDS
from shared.vault import Vault

RELOAD_SECONDS = 10.0
ROTATE_EVERY = timedelta(days=30)
CACHE_LIFE = timedelta(seconds=KEYS_KEPT_SECONDS)
TOKENS_GONE = timedelta(minutes=10)  # longer than any token lives, clocks that differ included
LOCK = 7_301_544_092

BY_AGE = select(SigningKey).order_by(SigningKey.signs_from.nulls_last(), SigningKey.published_at)


@dataclass(frozen=True, slots=True)
class Published:
    """A key as it stands in the published set."""

    key: ECKey
    signs_from: datetime | None
    withdrawn_at: datetime | None


class KeyRing:
    """This process's view of the keys, read again every few seconds: the schedule is in the rows."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault
        self._keys: tuple[Published, ...] = ()
        self._opened: dict[str, ECKey] = {}
        self._read_at = -RELOAD_SECONDS
        self._reading = asyncio.Lock()

    async def at(self, now: datetime) -> tuple[ECKey, tuple[ECKey, ...]]:
        """The key that signs now, and all that are published. ConnectionError where there is none yet."""
        async with self._reading:  # one reads for all
            if time.monotonic() - self._read_at >= RELOAD_SECONDS:
                await self.reload()
        published = [k for k in self._keys if k.withdrawn_at is None or k.withdrawn_at > now]
        signing = [k for k in published if k.signs_from and k.signs_from <= now]
        if not signing:
            raise ConnectionError("no key may sign at this moment")
        current = max(signing, key=lambda k: k.signs_from or now)
        return current.key, tuple(k.key for k in published)

    async def reload(self) -> None:
        """Read the keys again."""
        async with self._database.reading(kind="keys") as tx:  # who asks has a connection of the other kind already
            rows = await tx.rows(BY_AGE)
        self._keys = tuple(self._published(row) for row in rows)
        self._read_at = time.monotonic()

    def _published(self, row: Row[tuple[SigningKey]]) -> Published:
        key = self._opened.get(row.kid)
        if key is None:
            key = self._opened[row.kid] = ECKey.import_key(self._vault.open(row.sealed, row.kid), {"kid": row.kid})
        return Published(key, row.signs_from, row.withdrawn_at)


async def ensure(database: Database, vault: Vault) -> None:
    """Make the first two keys, where there are none."""
    async with database.transaction() as tx:
        await tx.execute(select(func.pg_advisory_xact_lock(LOCK)))
        if not await tx.rows(BY_AGE):
            await _add(tx, vault, signs_from=tx.wall)
            await _add(tx, vault, signs_from=None)


async def rotate(tx: Tx, vault: Vault, *, compromised: bool = False) -> bool:
    """Let the next key sign, publish one to follow it, and withdraw the present one when its tokens have expired.

    False where a turn is under way already: the next key signs when it has been published for a cache life. A present
    key that is `compromised` is withdrawn now, and the next signs at once: tokens of the old one are refused as soon as
    each service has read the keys again, within five minutes; whoever holds one gets another.
    """
    await tx.execute(select(func.pg_advisory_xact_lock(LOCK)))
    rows = await tx.rows(BY_AGE)
    coming = [row for row in rows if row.signs_from and row.signs_from > tx.wall]
    if coming and not compromised:
        return False
    (following,) = coming or [row for row in rows if row.signs_from is None]
    signs_from = tx.wall if compromised else max(tx.wall, following.published_at + CACHE_LIFE)
    await tx.execute(update(SigningKey).where(SigningKey.kid == following.kid).values(signs_from=signs_from))
    withdrawn = tx.wall if compromised else signs_from + TOKENS_GONE
    present = _present(rows, tx.wall)
    await tx.execute(update(SigningKey).where(SigningKey.kid == present.kid).values(withdrawn_at=withdrawn))
    if not coming:
        await _add(tx, vault, signs_from=None)
    return True


async def rotate_when_old(tx: Tx, vault: Vault) -> bool:
    """Rotate where the present key has signed for a month; forget keys long withdrawn."""
    await tx.execute(delete(SigningKey).where(SigningKey.withdrawn_at < tx.wall - ROTATE_EVERY))
    if _present(await tx.rows(BY_AGE), tx.wall).signs_from + ROTATE_EVERY > tx.wall:
        return False
    return await rotate(tx, vault)


def _present(rows: Sequence[Row[tuple[SigningKey]]], now: datetime) -> Row[tuple[SigningKey]]:
    """The key that signs now: not one whose turn is still to come."""
    return max((row for row in rows if row.signs_from and row.signs_from <= now), key=lambda row: row.signs_from)


async def _add(tx: Tx, vault: Vault, signs_from: datetime | None) -> None:
    key = ECKey.generate_key("P-256")
    kid = key.thumbprint()
    sealed = vault.seal(key.as_pem(private=True), kid)
    await tx.execute(
        insert(SigningKey).values(
            kid=kid, sealed=sealed, published_at=tx.wall, signs_from=signs_from, withdrawn_at=None
        )
    )
