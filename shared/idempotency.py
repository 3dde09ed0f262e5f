"""A request sent twice with the same `Idempotency-Key` is done once: the second is answered as the first was."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Table, bindparam, delete, func, select

from shared.db import Tx
from shared.policy import Principal
from shared.prepared import Prepared
from shared.problems import Conflict, Problem

KEPT = timedelta(hours=24)
BATCH = 1000
LONGEST_KEY = 255


class KeyMissing(Problem):
    """The operation creates something, so it needs the header."""

    status = 400
    code = "idempotency_key_missing"
    title = "Idempotency-Key is missing"
    cure = "Send a new value for each thing you create."


class KeyReused(Problem):
    """The same key came with another body."""

    status = 422
    code = "idempotency_key_reused"
    title = "Idempotency-Key was used for another request"
    cure = "Take a new key for a new request."


class InFlight(Conflict):
    """The first request with this key has not been answered yet."""

    code = "idempotency_in_flight"
    title = "The same request is being handled"
    cure = "Send it again in a second."


@dataclass(frozen=True)
class Claim:
    """A key that this transaction holds; its answer is stored under it."""

    key: bytes
    payload: bytes


@dataclass(frozen=True)
class Answer:
    """What was answered: status, the headers that belong to the answer, the body, and the records that it showed."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    shown: list[dict[str, Any]]


def digest(key: str | None, principal: Principal, method: str, path: str, body: bytes) -> Claim:
    """The claim for a key: bound to client, subject, agency and route, so that no answer reaches anybody else.

    KeyMissing where there is no key or a key that cannot be one.
    """
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise KeyMissing(
            f"Send an Idempotency-Key: up to {LONGEST_KEY} visible ASCII characters, a new one for each thing you create "
            "and the same one when you send it again."
        )
    parts = (principal.client_id, principal.subject, principal.agency_id, method, path, key)
    return Claim(hashlib.sha256("\0".join(parts).encode()).digest(), hashlib.sha256(body).digest())


async def claim(tx: Tx, wanted: Claim) -> Answer | None:
    """Hold the key until the transaction ends. The earlier answer where there is one, else None.

    InFlight where another transaction holds the key; KeyReused where the stored request had another body.
    """
    lock = int.from_bytes(wanted.key[:8], "big", signed=True)
    row = (await tx.execute(_claiming(tx.plumbing.idempotency), {"lock": lock, "key": wanted.key})).one()
    if not row.held:
        raise InFlight("The same request is being handled at this moment; send it again in a second.")
    if row.key is None:
        return None
    if row.payload != wanted.payload:
        raise KeyReused(
            "This Idempotency-Key was used for a request with another body; use a new key for a new request."
        )
    return Answer(row.status, row.headers, row.body, row.shown)


@lru_cache(maxsize=16)
def _claiming(stored: Table) -> Prepared:
    """Try the lock, and read what is stored.

    A first request that committed between this statement's snapshot and its lock is not seen here; the insert of `keep`
    then meets its row and the transaction is rolled back as in flight, so nothing is done twice.
    """
    held = func.pg_try_advisory_xact_lock(bindparam("lock", type_=BigInteger)).label("held")
    with_stored = select(1).subquery().outerjoin(stored, stored.c.key == bindparam("key"))
    return Prepared(select(held, *stored.c).select_from(with_stored))


async def keep(tx: Tx, held: Claim, answer: Answer) -> None:
    """Store the answer under the key, in the transaction that did the work."""
    stored = tx.plumbing.idempotency
    values = {
        "key": held.key,
        "payload": held.payload,
        "status": answer.status,
        "headers": dict(answer.headers),
        "body": answer.body,
        "shown": answer.shown,
        "stored_at": tx.wall,
    }
    await tx.add(stored, values)


async def forget_old(tx: Tx) -> int:
    """Delete answers older than a day, a batch of them; how many."""
    stored = tx.plumbing.idempotency
    old = select(stored.c.key).where(stored.c.stored_at < tx.wall - KEPT).limit(BATCH)
    return (await tx.execute(delete(stored).where(stored.c.key.in_(old)))).rowcount
