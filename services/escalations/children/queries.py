"""Reads who is the same child: confirmed merges lead from one to the other, and are never followed the wrong way."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, select

from services.escalations.children.models import Child, ChildIdentifier
from shared.db import Tx

IDS: BindParameter[Any] = bindparam("ids", expanding=True)


def _upwards() -> Any:
    start = select(Child.id.label("start"), Child.id, Child.merged_into).where(Child.id.in_(IDS)).cte(recursive=True)
    return start.union_all(select(start.c.start, Child.id, Child.merged_into).where(Child.id == start.c.merged_into))


def _downwards() -> Any:
    top = select(Child.id).where(Child.id.in_(IDS)).cte(recursive=True)
    return top.union_all(select(Child.id).where(Child.merged_into == top.c.id))


_UP, _DOWN = _upwards(), _downwards()
_ROOTS = select(_UP.c.start, _UP.c.id).where(_UP.c.merged_into.is_(None))


async def roots(tx: Tx, child_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """For each child the one that it is by all confirmed merges, itself where there is none."""
    rows = await tx.rows(_ROOTS, {"ids": sorted(child_ids)})
    return {row.start: row.id for row in rows}


async def same(tx: Tx, child_id: UUID) -> tuple[UUID, ...]:
    """All who are this one child, the one that they are first; none where there is no such child."""
    found = await roots(tx, {child_id})
    if not found:
        return ()
    root = found[child_id]
    rows = await tx.rows(select(_DOWN.c.id), {"ids": [root]})
    return (root, *sorted({row.id for row in rows} - {root}))


async def identifiers(tx: Tx, child_ids: Collection[UUID]) -> list[Any]:
    """The sealed identifiers of these children, in order of kind."""
    statement = select(*ChildIdentifier.__table__.c).where(ChildIdentifier.child_id.in_(IDS))
    ordered = statement.order_by(ChildIdentifier.type, ChildIdentifier.pseudonym)
    return list(await tx.rows(ordered, {"ids": sorted(child_ids)}))


async def belonging(tx: Tx, pseudonyms: Collection[str]) -> set[UUID]:
    """The children to whom identifiers with these pseudonyms belong."""
    statement = select(ChildIdentifier.child_id).where(ChildIdentifier.pseudonym.in_(IDS))
    return {row.child_id for row in await tx.rows(statement, {"ids": sorted(pseudonyms)})}
