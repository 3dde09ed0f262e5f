"""What the gateway does as time passes: forgets what has expired, and turns its keys."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from services.gateway.authorization.keys import rotate_when_old
from services.gateway.models import Grant, PushedRequest, RefreshToken, RevokedToken, Session, UsedAssertion
from shared.db import Tx
from shared.jobs import Job, by_the_wall
from shared.vault import Vault

BATCH = 5000
CLOCKS_DIFFER = timedelta(minutes=5)
GRANTS_KEPT = timedelta(days=90)  # so that it can be told who had allowed what, and why it ended


async def forget(tx: Tx) -> int:
    """Delete what has expired, a batch of each kind; how many."""
    gone = 0
    for table in (UsedAssertion, PushedRequest, RevokedToken, Session):
        gone += await _delete_some(tx, table, table.expires_at < tx.wall - CLOCKS_DIFFER)
    old = select(Grant.grant_id).where(Grant.expires_at < tx.wall - GRANTS_KEPT).limit(BATCH)
    ids = [row.grant_id for row in await tx.rows(old)]
    if ids:
        await tx.execute(delete(RefreshToken).where(RefreshToken.grant_id.in_(ids)))
        await tx.execute(delete(Grant).where(Grant.grant_id.in_(ids)))
    return gone + len(ids)


def jobs(vault: Vault) -> tuple[Job, ...]:
    """The gateway's sweeps."""

    async def turn_keys(tx: Tx) -> int:
        return int(await rotate_when_old(tx, vault))

    return (
        Job("forget what has expired", timedelta(minutes=5), forget, by_the_wall),
        Job("turn the keys", timedelta(hours=1), turn_keys, by_the_wall),
    )


async def _delete_some(tx: Tx, table: Any, expired: Any) -> int:
    key = next(iter(table.__table__.primary_key))
    some = select(key).where(expired).limit(BATCH)
    return (await tx.execute(delete(table).where(expired, key.in_(some)))).rowcount
