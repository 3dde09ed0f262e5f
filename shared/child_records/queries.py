"""Reads who a child is: confirmed merges lead from one to the other, and are never followed the wrong way."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, Table, Text, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from shared.child_records.models import bound_to
from shared.children import IdentifierType
from shared.db import ServiceBase, Tx, table_of
from shared.prepared import Prepared
from shared.pseudonym import Pseudonyms

IDS: BindParameter[Any] = bindparam("ids", expanding=True)
Number = tuple[IdentifierType, str]


class Known:
    """One service's children, read. What a caller may see of them is the service's own clause."""

    def __init__(self, child: type[ServiceBase], identifier: type[ServiceBase]) -> None:
        self._child, self._identifier = table_of(child), table_of(identifier)
        columns = self._identifier.c
        pairs = func.unnest(*(bindparam(name, type_=ARRAY(Text)) for name in ("types", "pseudonyms")))
        given = pairs.table_valued("type", "pseudonym").render_derived()
        found = tuple_(columns.type, columns.pseudonym).in_(select(given.c.type, given.c.pseudonym))
        self._known = Prepared(select(columns.type, columns.pseudonym, columns.child_id).where(found))
        self._sealed = select(*columns).where(columns.child_id.in_(IDS)).order_by(columns.type, columns.pseudonym)
        self._roots, self._merged = _upwards(self._child), _downwards(self._child)

    async def sought(self, tx: Tx, numbers: Iterable[Number], pseudonyms: Pseudonyms) -> list[UUID]:
        """The children to whom these numbers belong: none, one, or several whom nobody has matched yet."""
        keys = [(kind, one) for kind, value in numbers for one in pseudonyms.every(kind, value)]
        return list(dict.fromkeys((await self._belonging(tx, keys)).values()))

    async def roots(self, tx: Tx, child_ids: Collection[UUID]) -> dict[UUID, UUID]:
        """For each child the one that it is by all confirmed merges, itself where there is none."""
        rows = await tx.rows(self._roots, {"ids": sorted(child_ids)})
        return {row.start: row.id for row in rows}

    async def same(self, tx: Tx, child_id: UUID) -> tuple[UUID, ...]:
        """All who are this one child, the one that they are first; none where there is no such child."""
        found = await self.roots(tx, {child_id})
        if not found:
            return ()
        root = found[child_id]
        rows = await tx.rows(self._merged, {"ids": [root]})
        return (root, *sorted({row.id for row in rows} - {root}))

    async def opened(self, tx: Tx, child_ids: Collection[UUID], pseudonyms: Pseudonyms) -> list[tuple[str, str]]:
        """The numbers of these children, opened, in order of kind: an identifier has a row for each key that was turned."""
        rows = await tx.rows(self._sealed, {"ids": sorted(child_ids)})
        return sorted({(row.type, pseudonyms.open(row.sealed, bound_to(row.type, row.pseudonym))) for row in rows})

    async def _belonging(self, tx: Tx, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        """The child to whom each identifier belongs, as far as it is known; merged ones as the one that they are."""
        given = {"types": [kind for kind, _ in keys], "pseudonyms": [pseudonym for _, pseudonym in keys]}
        found = {(row.type, row.pseudonym): row.child_id for row in await tx.rows(self._known, given)}
        one = await self.roots(tx, set(found.values())) if found else {}
        return {key: one[found[key]] for key in keys if key in found}


def _upwards(child: Table) -> Select[Any]:
    ids = child.c.id, child.c.merged_into
    up = select(child.c.id.label("start"), *ids).where(child.c.id.in_(IDS)).cte(recursive=True)
    up = up.union_all(select(up.c.start, *ids).where(child.c.id == up.c.merged_into))
    return select(up.c.start, up.c.id).where(up.c.merged_into.is_(None))


def _downwards(child: Table) -> Select[Any]:
    top = select(child.c.id).where(child.c.id.in_(IDS)).cte(recursive=True)
    return select(top.union_all(select(child.c.id).where(child.c.merged_into == top.c.id)).c.id)
