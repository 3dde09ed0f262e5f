"""A service's children: found again by the pseudonym of a number, over the service's own two tables; numbers go in sealed.

A service whose records concern children declares the tables in its noun `children`, makes one `ChildRecords` of them and
names it in its `Service`, so that a turned key reaches them too.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Table, Text, bindparam, func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from shared.children import IdentifierType
from shared.db import ServiceBase, Tx, new_id
from shared.pseudonym import Pseudonyms
from shared.retention import Retained

RETENTION = "child_case"
BATCH = 500
Place = tuple[str, str]  # an identifier's type and pseudonym, in whose order they are gone through
FIRST: Place = ("", "")
Roots = Callable[[Tx, Collection[UUID]], Awaitable[dict[UUID, UUID]]]


class RecordedChild(Retained):
    """A child, known by pseudonyms only: `class Child(RecordedChild, Base)`."""

    __tablename__ = "child"

    id: Mapped[UUID] = mapped_column(primary_key=True)


class RecordedIdentifier:
    """One typed identifier: its pseudonym, by which it is found, and the identifier sealed beside it.

    The service adds the column `child_id`.
    """

    __tablename__ = "child_identifier"

    type: Mapped[str] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(primary_key=True, index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


def bound_to(kind: str, pseudonym: str) -> str:
    """What a sealed identifier is bound to: its own row."""
    return f"{kind}/{pseudonym}"


async def hold(tx: Tx, numbers: Iterable[tuple[IdentifierType, str]], pseudonyms: Pseudonyms) -> None:
    """Hold children until the transaction ends, before any is looked for.

    Two requests about one child at one moment: the second waits, and then finds the child that the first added.
    """
    given = (pseudonym for kind, value in numbers for pseudonym in pseudonyms.every(kind, value))
    keys = sorted({int.from_bytes(pseudonym.encode()[:8], "big", signed=True) for pseudonym in given})
    await tx.execute(_HOLD, {"keys": keys})


_KEY: ColumnElement[int] = func.unnest(bindparam("keys", type_=ARRAY(BigInteger))).column_valued("key")
_HOLD = select(func.pg_advisory_xact_lock(_KEY))


class ChildRecords:
    """Finds, adds and re-keys one service's children. `roots` leads from a child that was merged to the one that it is."""

    def __init__(self, child: type[ServiceBase], identifier: type[ServiceBase], roots: Roots | None = None) -> None:
        self._child, self._identifier, self._roots = _table(child), _table(identifier), roots
        columns = self._identifier.c
        place = (columns.type, columns.pseudonym)
        after = tuple_(bindparam("type_after", type_=Text), bindparam("pseudonym_after", type_=Text))
        self._next = select(*columns).where(tuple_(*place) > after).order_by(*place).limit(BATCH)
        pairs = func.unnest(*(bindparam(name, type_=ARRAY(Text)) for name in ("types", "pseudonyms")))
        given = pairs.table_valued("type", "pseudonym").render_derived()
        found = tuple_(*place).in_(select(given.c.type, given.c.pseudonym))
        self._known = select(*place, columns.child_id).where(found)

    async def find_or_add(
        self, tx: Tx, numbers: Collection[tuple[IdentifierType, str]], pseudonyms: Pseudonyms
    ) -> tuple[UUID, list[str], list[UUID]]:
        """The child, the pseudonyms given, and the other children to whom some of the numbers belong. `hold` comes before."""
        keyed = [(kind, pseudonym, value) for kind, value in numbers for pseudonym in pseudonyms.every(kind, value)]
        known = await self._belonging(tx, [(kind, pseudonym) for kind, pseudonym, _ in keyed])
        found = list(dict.fromkeys(known[kind, name] for kind, name, _ in keyed if (kind, name) in known))
        child_id = found[0] if found else new_id()
        if not known:
            await tx.execute(insert(self._child), {"id": child_id, "retention_class": RETENTION})
        for kind, pseudonym, value in keyed:
            if (kind, pseudonym) not in known:
                await self._keep(tx, child_id, kind, pseudonym, value, pseudonyms)
        return child_id, [pseudonyms.of(kind, value) for kind, value in numbers], found[1:]

    async def rederive(self, tx: Tx, pseudonyms: Pseudonyms, after: Place = FIRST) -> tuple[int, Place | None]:
        """Give a batch of identifiers their pseudonyms under all keys; how many were missing, and where the next begins.

        Those that an identifier has stay: records keep the pseudonym of their day, and the child is found by each.
        """
        rows = await tx.rows(self._next, {"type_after": after[0], "pseudonym_after": after[1]})
        derived = 0
        for row in rows:
            value = pseudonyms.open(row.sealed, bound_to(row.type, row.pseudonym))
            for pseudonym in pseudonyms.every(row.type, value):
                if pseudonym != row.pseudonym:
                    derived += await self._keep(tx, row.child_id, row.type, pseudonym, value, pseudonyms)
        return derived, (rows[-1].type, rows[-1].pseudonym) if rows else None

    async def _keep(self, tx: Tx, child_id: UUID, kind: str, pseudonym: str, value: str, pseudonyms: Pseudonyms) -> int:
        sealed = pseudonyms.seal(value, bound_to(kind, pseudonym))
        row = {"type": kind, "pseudonym": pseudonym, "child_id": child_id, "sealed": sealed}
        return (await tx.execute(upsert(self._identifier).on_conflict_do_nothing(), row)).rowcount

    async def _belonging(self, tx: Tx, keys: list[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        """The child to whom each identifier belongs, as far as it is known; merged ones as the one that they are."""
        given = {"types": [kind for kind, _ in keys], "pseudonyms": [pseudonym for _, pseudonym in keys]}
        rows = await tx.rows(self._known, given)
        one: dict[UUID, Any] = {row.child_id: row.child_id for row in rows}
        if rows and self._roots:
            one = await self._roots(tx, set(one))
        return {(row.type, row.pseudonym): one[row.child_id] for row in rows}


def _table(declared: type[ServiceBase]) -> Table:
    table = declared.__table__
    assert isinstance(table, Table)
    return table
