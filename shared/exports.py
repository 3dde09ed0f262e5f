"""Exports: everything that is an agency's own, at any time, as one zip of tables in open formats.

A service says of which `Part`s its own consists; each is read in batches, so that the largest agency needs no more memory
than the smallest. People of other agencies are left out (`columns`), and no number of a child is in any.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Response
from sqlalchemy import BindParameter, ColumnElement, Select, Text, bindparam, case, null
from starlette.responses import StreamingResponse

from shared.archive import Archive
from shared.db import Tx

BATCH = 500
AGENCY: BindParameter[str] = bindparam("agency_id", type_=Text())
ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}}}
Batches = AsyncIterator[Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Part:
    """One kind of record: its name, what it is, and the statement that reads what is `AGENCY`'s, in an order of its own."""

    name: str
    about: str
    statement: Select[Any]


def own(person: Any, agency: Any) -> ColumnElement[Any]:
    """A column of people, who are shown to their own agency alone."""
    return case((agency == AGENCY, person), else_=null()).label(person.name)


def columns(table: Any, people: Mapping[str, str | None] | None = None) -> list[Any]:
    """Every column of a table; `people` names those of people, each with the column of their agency, None where it is not kept."""
    found, hidden = table.__table__.c, people or {}
    return [
        (own(one, found[agency]) if (agency := hidden[one.name]) else null().label(one.name))
        if one.name in hidden
        else one
        for one in found
    ]


async def batches(tx: Tx, statement: Select[Any], values: Mapping[str, Any]) -> Batches:
    """What a statement finds, batch by batch."""
    offset, found = 0, BATCH
    while found == BATCH:
        rows = await tx.rows(statement.limit(BATCH).offset(offset), values)
        offset, found = offset + BATCH, len(rows)
        yield [dict(row._mapping) for row in rows]


async def handed_out(
    tx: Tx, service: str, agency_id: str, about: str, parts: Iterable[tuple[str, str, Batches]]
) -> Response:
    """The zip of one service's parts (name, what it is, batches) with its manifest, as an answer."""
    archive = Archive()
    try:
        for name, what, rows in parts:
            await archive.add(name, what, rows)
        archive.finish(about=about, agency_id=agency_id, as_at=tx.now, made_at=tx.wall)
    except BaseException:
        archive.discard()
        raise
    headers = {"content-disposition": f'attachment; filename="{service}-{agency_id}-{tx.now:%Y-%m-%d}.zip"'}
    return StreamingResponse(archive.pieces(), media_type="application/zip", headers=headers)
