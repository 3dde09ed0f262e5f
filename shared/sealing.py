"""Seals the access record: its entries become the leaves of a Merkle tree, whose heads are signed and told abroad.

Entries are sealed a little later than they are written, in batches, because chaining them within requests would make
every reader wait for every other. A leaf is the hash of a salt and the entry, so that what remains of an entry that was
erased, its hash, tells nothing of it.
"""

import asyncio
import base64
import json
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Insert, Row, Table, bindparam, func, insert, select, tuple_, values
from sqlalchemy import column as named
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, SmallInteger

from shared import merkle
from shared.contracts.access_record import SEALED
from shared.db import Database, Tx
from shared.events import instant
from shared.jobs import Job, by_the_wall
from shared.merkle import Node, Span
from shared.outbox import emit
from shared.startup import Mendable

EVERY = timedelta(minutes=1)
BATCH = 5_000
BREATH = 200  # entries hashed before others have their turn
SALT = 16
# An id that is missing may be of a transaction still open; none is open for half of this, and clocks differ by less than the rest.
GRACE = timedelta(minutes=12)
HEAD = ("log", "size", "root", "sealed_at")


class BadSeal(Mendable):
    """The record is not what was sealed; the text names the first entry that is not."""


class Signer:
    """Signs heads with the partnership's key. ValueError where that is not 32 bytes written as hex."""

    def __init__(self, record_key: str) -> None:
        key = bytes.fromhex(record_key)
        if len(key) != 32:
            raise ValueError("the record key is 32 bytes, written as 64 hexadecimal digits")
        self._key = Ed25519PrivateKey.from_private_bytes(key)
        self.public_key = _base64(self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def signed(self, head: Mapping[str, Any]) -> dict[str, Any]:
        """A head with its signature and the key that checks it."""
        return {**head, "public_key": self.public_key, "signature": _base64(self._key.sign(head_bytes(head)))}


def entry_bytes(salt: bytes, entry: Mapping[str, Any]) -> bytes:
    """What a leaf is the hash of: the salt, then the entry as canonical JSON (RFC 8785).

    An entry holds texts, whole numbers and nulls. Of these Python's own JSON is canonical too, in a third of the time:
    fifty entries of a list are to be sealed in less time than the list takes.
    """
    said = {name: instant(v) if isinstance(v, datetime) else v for name, v in entry.items()}
    return salt + json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def head_bytes(head: Mapping[str, Any]) -> bytes:
    """What a signature is over: log, size, root and instant as canonical JSON."""
    said = {name: head[name] for name in HEAD} | {"root": head["root"].hex(), "sealed_at": instant(head["sealed_at"])}
    return rfc8785.dumps(said)


def job(signer: Signer, log: str) -> Job:
    """The sweep that seals. It is no business of the sandbox's clock: the record is of real time."""

    async def seal_batch(tx: Tx) -> int:
        return await seal(tx, signer, log)

    return Job("access-record-sealed", EVERY, seal_batch, by_the_wall)


async def seal(tx: Tx, signer: Signer, log: str) -> int:
    """Seal the next entries under one new head; 1, or 0 where there are none."""
    tables = tx.plumbing
    last = await tx.row(
        select(tables.sealed_entry.c.position, tables.sealed_entry.c.entry_id)
        .order_by(tables.sealed_entry.c.position.desc())
        .limit(1)
    )
    size, last_id = (last.position + 1, last.entry_id) if last else (0, 0)
    record = tables.access_record
    rows = await tx.rows(select(record).where(record.c.id > last_id).order_by(record.c.id).limit(BATCH))
    rows = _complete(rows, last_id, before=tx.wall - GRACE)
    if not rows:
        return 0
    salts = [secrets.token_bytes(SALT) for _ in rows]
    leaves = [leaf async for leaf in _leaves(zip(salts, rows, strict=True))]
    edge = await hashes(tx, merkle.nodes((0, size)))
    known = edge | merkle.grown(size, list(edge.values()), leaves)
    size, added = size + len(rows), [node for node in known if node not in edge]
    root = merkle.root([known[node] for node in merkle.nodes((0, size))])
    positions = range(size - len(rows), size)
    sealed = {"position": list(positions), "entry_id": [row.id for row in rows], "salt": salts}
    await tx.execute(_inserted_at_once(tables.sealed_entry, *sealed), sealed)
    levels, places = zip(*added, strict=True)
    nodes = {"level": list(levels), "place": list(places), "hash": [known[node] for node in added]}
    await tx.execute(_inserted_at_once(tables.tree_node, *nodes), nodes)
    head = signer.signed({"log": log, "size": size, "root": root, "sealed_at": tx.wall})
    await tx.add(tables.tree_head, head)
    await emit(tx, SEALED[tx.service](subject=tx.service, **head | {"root": root.hex()}))
    return 1


def _inserted_at_once(table: Table, *columns: str) -> Insert:
    """One insert of however many rows, from a list for each column: sent row by row they cost more than their hashes."""
    lists = [func.unnest(bindparam(name, type_=ARRAY(table.c[name].type))) for name in columns]
    return insert(table).from_select(columns, select(*lists))


def _complete(rows: Sequence[Row[Any]], last_id: int, before: datetime) -> Sequence[Row[Any]]:
    """The entries up to the first missing id that may still come; ids of what was rolled back stay missing for good."""
    previous = [last_id, *(row.id for row in rows)]
    gaps = (row.id for row, one in zip(rows, previous, strict=False) if row.id != one + 1 and row.at > before)
    open_at = next(gaps, None)
    return rows if open_at is None else list(takewhile(lambda row: row.id < open_at, rows))


async def _leaves(entries: Iterable[tuple[bytes, Row[Any]]]) -> AsyncIterator[bytes]:
    for number, (salt, row) in enumerate(entries):
        if number % BREATH == 0:
            await asyncio.sleep(0)
        yield merkle.leaf(entry_bytes(salt, row._asdict()))


async def hashes(tx: Tx, wanted: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of nodes, in the order asked for. BadSeal where one is missing."""
    asked = list(dict.fromkeys(wanted))
    if not asked:
        return {}
    node = tx.plumbing.tree_node
    places = values(named("level", SmallInteger), named("place", BigInteger), name="asked").data(asked)
    rows = await tx.rows(
        select(node).join(places, tuple_(node.c.level, node.c.place) == tuple_(places.c.level, places.c.place))
    )
    found = {(row.level, row.place): bytes(row.hash) for row in rows}
    if missing := [one for one in asked if one not in found]:
        raise BadSeal(f"node {missing[0]} of the tree is missing")
    return {one: found[one] for one in asked}


async def proof(tx: Tx, paths: Sequence[Sequence[Span]]) -> list[list[str]]:
    """The hashes, as hex, of the spans of each path; one reading for all of them."""
    known = await hashes(tx, (node for path in paths for span in path for node in merkle.nodes(span)))
    return [[merkle.root([known[node] for node in merkle.nodes(span)]).hex() for span in path] for path in paths]


async def check(database: Database, kept: Mapping[str, Any] | None = None) -> int:
    """Compare the whole record with its tree, and every signed head with both; how many entries are sealed.

    `kept` is a head that somebody kept elsewhere, as it was served. BadSeal names the first thing that is not as sealed.
    """
    tables = database.plumbing
    async with database.reading() as tx:
        heads = await tx.rows(select(tables.tree_head).order_by(tables.tree_head.c.size))
        size, edge = 0, dict[Node, bytes]()
        for head in heads:
            leaves = await _compared(tx, size, head.size)
            known = edge | merkle.grown(size, list(edge.values()), leaves)
            edge = {node: known[node] for node in merkle.nodes((0, head.size))}
            _authentic(head, merkle.root(list(edge.values())))
            size = head.size
        await _nothing_beside(tx)
    if kept:
        _same(next((head for head in heads if head.size == kept["size"]), None), kept)
    return size


async def _nothing_beside(tx: Tx) -> None:
    record, sealed = tx.plumbing.access_record, tx.plumbing.sealed_entry
    last = select(func.max(sealed.c.entry_id)).scalar_subquery()
    outside = select(func.min(record.c.id)).where(record.c.id <= last, record.c.id.not_in(select(sealed.c.entry_id)))
    if found := await tx.scalar(outside):
        raise BadSeal(f"Entry {found} was put in beside what is sealed.")


async def _compared(tx: Tx, start: int, end: int) -> list[bytes]:
    """The leaves of the entries at these positions as they are now. BadSeal where one is not the leaf that was sealed."""
    record, sealed, node = tx.plumbing.access_record, tx.plumbing.sealed_entry, tx.plumbing.tree_node
    beside = select(sealed.c.position, sealed.c.entry_id, sealed.c.salt, node.c.hash, *record.c)
    rows = await tx.rows(
        beside.select_from(sealed)
        .join(node, (node.c.level == 0) & (node.c.place == sealed.c.position))
        .outerjoin(record, record.c.id == sealed.c.entry_id)
        .where(sealed.c.position >= start, sealed.c.position < end)
        .order_by(sealed.c.position)
    )
    found = [row.position for row in rows]
    if found != list(range(start, end)):
        lost = next(place for place in range(start, end) if place not in set(found))
        raise BadSeal(f"What was sealed at position {lost} has been taken away.")
    leaves = []
    for row in rows:
        if row.id is None:
            raise BadSeal(f"Entry {row.entry_id} has been taken away.")
        leaves.append(
            merkle.leaf(entry_bytes(row.salt, {column.name: getattr(row, column.name) for column in record.c}))
        )
        if leaves[-1] != row.hash:
            raise BadSeal(f"Entry {row.entry_id} is not what was sealed.")
    return leaves


def _authentic(head: Row[Any], root: bytes) -> None:
    key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(head.public_key + "="))
    try:
        key.verify(base64.urlsafe_b64decode(head.signature + "=="), head_bytes(head._asdict()))
    except InvalidSignature:
        raise BadSeal(f"The head of {head.size} entries does not bear its signature.") from None
    if head.root != root:
        raise BadSeal(f"The head of {head.size} entries is of another tree.")


def _same(head: Row[Any] | None, kept: Mapping[str, Any]) -> None:
    if head is None or head.root.hex() != kept["root"]:
        raise BadSeal(f"The head of {kept['size']} entries that was kept elsewhere is not in the record.")


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
