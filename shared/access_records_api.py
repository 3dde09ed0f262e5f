"""The operations on a service's own access record: what an agency's people were shown, and the proof that it stands."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field
from sqlalchemy import ColumnElement, Row, Select, Text, any_, bindparam, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from shared import merkle, scoping, sealing
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.listing import Listing, Pager, Pages
from shared.paging import GREATEST
from shared.plumbing import Plumbing
from shared.policy import Reach, Scope, access_record
from shared.problems import Invalid, NotFound
from shared.routing import Router
from shared.schemas import Given, Instant, Response
from shared.transactions import ReadTx

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", max_length=64, description="A SHA-256, as hex.")]
Size = Annotated[int, Field(ge=1, le=2**53, description="How many entries a head stands over.")]
LONGEST_PATH = 64


class Head(Response):
    """A signed head: so many entries were sealed, and this hash stands for all of them, in their order."""

    log: str
    size: int
    root: Hash
    sealed_at: Instant
    public_key: Annotated[str, Field(max_length=43, description="Ed25519, base64url.")]
    signature: Annotated[
        str,
        Field(max_length=86, description="Over log, size, root and sealed_at as canonical JSON (RFC 8785); base64url."),
    ]


class HeadPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[Head], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class Consistency(Response):
    """The hashes that prove that an earlier head's entries are the first of a later one's (RFC 9162 §2.1.4)."""

    first: Head
    second: Head
    path: Annotated[list[Hash], Field(max_length=LONGEST_PATH)]


class Entry(Response):
    """One record that was shown, or refused. Its canonical JSON (RFC 8785), after the salt, is what the leaf is the hash of."""

    id: int
    at: Instant
    subject: Annotated[str, Field(description="The person's or system's account.")]
    client_id: str
    agency_id: str
    acting_for: str | None
    action: str
    record_type: str
    record_id: str
    view: str | None
    refused: Annotated[str | None, Field(description="The problem's code; null where the record was shown.")]
    reason: str | None
    trace: str | None


class Sealed(Response):
    """Where an entry stands in the tree, and the hashes from its leaf up to the root of the page's head."""

    position: int
    salt: Annotated[str, Field(pattern="^[0-9a-f]{32}$", max_length=32)]
    leaf: Hash
    path: Annotated[list[Hash], Field(max_length=LONGEST_PATH)]


class ProvenEntry(Response):
    """An entry with its proof; null while it waits to be sealed, which is a minute or so."""

    entry: Entry
    sealed: Sealed | None


class EntryPage(Response):
    """One page, newest first, with the head that its proofs lead to; `next` is null at the end."""

    items: Annotated[list[ProvenEntry], Field(max_length=GREATEST)]
    head: Head | None
    next: Annotated[str | None, Field(max_length=500)]


class ListEntries(Listing):
    """How the entries are narrowed and paged."""

    record_id: Annotated[str | None, Field(max_length=100, description="About this record.")] = None
    subject: Annotated[str | None, Field(max_length=200, description="Shown to this account.")] = None
    refused: Annotated[bool | None, Field(description="Refusals alone, or none of them.")] = None
    at_from: Annotated[Given | None, Field(description="At this instant or after it.")] = None
    at_before: Annotated[Given | None, Field(description="Before this instant.")] = None


class ListHeads(Listing):
    """How the heads are paged."""


class HeadNotFound(NotFound):
    """No head stands over that many entries."""

    code = "head_not_found"
    cure = "Look in `…/access-records/heads`."


@cache
def router(service: str) -> Router:
    """The operations of one service."""
    found = Router(tags=["access records"])
    may_list, may_check = access_record.actions(service)

    @found.get("/access-records", summary="List what your agency was shown")
    async def list_access_records(
        caller: Annotated[Caller, Requires(may_list)],
        tx: ReadTx,
        wanted: Annotated[ListEntries, Query()],
        pages: Pages,
    ) -> EntryPage:
        """Every record that your agency's people and systems were shown here, or refused, each with the proof that it is sealed."""
        return await _entries(caller, tx, wanted, pages)

    @found.get("/access-records/heads", summary="List the signed heads of the access record")
    async def list_heads(
        caller: Annotated[Caller, Requires(may_check)],
        tx: ReadTx,
        wanted: Annotated[ListHeads, Query()],
        pages: Pages,
    ) -> HeadPage:
        """Keep them: whoever has an older one can prove from a newer that nothing was changed or taken away since."""
        head = tx.plumbing.tree_head

        async def heads(limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
            older = head.c.size < after[0] if after else true()
            return await tx.rows(select(head).where(older).order_by(head.c.size.desc()).limit(limit + 1))

        found = await pages.of(wanted, "heads", heads, lambda row: (row.size,), int)
        return HeadPage.model_construct(items=[_head(row) for row in found.rows], next=found.next)

    @found.get("/access-records/heads/{size}/consistency", summary="Prove a head from an earlier one")
    async def prove_consistency(
        caller: Annotated[Caller, Requires(may_check)],
        tx: ReadTx,
        size: Annotated[Size, Path()],
        first: Annotated[Size, Query(description="The size of the earlier head, which you kept.")],
    ) -> Consistency:
        """The hashes between two heads: with them and the earlier root, the later root can be computed by anybody."""
        if first > size:
            raise Invalid.field("first", "not_earlier", "The earlier head has no more entries than the later one.")
        earlier, later = await _head_of(tx, first), await _head_of(tx, size)
        [path] = await sealing.proof(tx, [merkle.consistency(first, size)])
        return Consistency.model_construct(first=_head(earlier), second=_head(later), path=path)

    return found


async def _entries(caller: Caller, tx: Tx, wanted: ListEntries, pages: Pager) -> EntryPage:
    async def entries(limit: int, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
        statement = _wanted(tx.plumbing, wanted).where(_visible(tx.plumbing, caller.reach))
        if after:
            statement = statement.where(tx.plumbing.access_record.c.id < after[0])
        return await tx.rows(statement, scoping.values(caller.principal))

    found = await pages.of(wanted, wanted.chosen(), entries, lambda row: (row.id,), int)
    head = await tx.row(select(tx.plumbing.tree_head).order_by(tx.plumbing.tree_head.c.size.desc()).limit(1))
    size = head.size if head else 0
    sealed = [row for row in found.rows if row.position is not None and row.position < size]
    paths = await sealing.proof(tx, [merkle.inclusion(row.position, size) for row in sealed])
    proofs = {row.id: _sealed(row, path) for row, path in zip(sealed, paths, strict=True)}
    items = [ProvenEntry.model_construct(entry=_entry(row), sealed=proofs.get(row.id)) for row in found.rows]
    return EntryPage.model_construct(items=items, head=_head(head) if head else None, next=found.next)


def _wanted(tables: Plumbing, wanted: ListEntries) -> Select[Any]:
    record, sealed, node = tables.access_record, tables.sealed_entry, tables.tree_node
    given: list[ColumnElement[bool]] = [
        column == value
        for column, value in ((record.c.record_id, wanted.record_id), (record.c.subject, wanted.subject))
        if value is not None
    ]
    if wanted.refused is not None:
        given.append(record.c.refused.is_not(None) if wanted.refused else record.c.refused.is_(None))
    if wanted.at_from:
        given.append(record.c.at >= wanted.at_from)
    if wanted.at_before:
        given.append(record.c.at < wanted.at_before)
    return (
        select(*record.c, sealed.c.position, sealed.c.salt, node.c.hash)
        .outerjoin(sealed, sealed.c.entry_id == record.c.id)
        .outerjoin(node, (node.c.level == 0) & (node.c.place == sealed.c.position))
        .where(*given)
        .order_by(record.c.id.desc())
        .limit(wanted.limit + 1)
    )


def _visible(tables: Plumbing, reach: Reach) -> ColumnElement[bool]:
    """An agency's own entries; everybody's for those who inspect. The statement needs the value `agencies`."""
    own = tables.access_record.c.agency_id == any_(bindparam("agencies", type_=ARRAY(Text)))
    return or_(own, literal(reach.view(Scope.ALL) is not None))


async def _head_of(tx: Tx, size: int) -> Row[Any]:
    head = tx.plumbing.tree_head
    found = await tx.row(select(head).where(head.c.size == size))
    if found is None:
        raise HeadNotFound(f"No head stands over {size} entries; the list of heads has those that do.")
    return found


def _head(row: Row[Any]) -> Head:
    return Head.model_construct(**row._asdict() | {"root": row.root.hex()})


def _entry(row: Row[Any]) -> Entry:
    return Entry.model_construct(**{name: getattr(row, name) for name in Entry.model_fields})


def _sealed(row: Row[Any], path: list[str]) -> Sealed:
    return Sealed.model_construct(position=row.position, salt=row.salt.hex(), leaf=row.hash.hex(), path=path)
