"""Exports: everything that is an agency's own, at any time, as one zip of tables in open formats.

A service says of which `Part`s its own consists. All are read as they stood at one instant, and each in batches, so that
the largest agency needs no more memory than the smallest. People of other agencies are left out (`columns`), and no number
of a child is in any.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Response
from sqlalchemy import BindParameter, ColumnElement, Select, Text, bindparam, case, null, or_, select
from starlette.responses import StreamingResponse

from shared.archive import Archive
from shared.auth import Caller
from shared.db import Tx
from shared.policy import Scope
from shared.prepared import Prepared

BATCH = 500
AGENCY: BindParameter[str] = bindparam("agency_id", type_=Text())
ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}}}
ABOUT = (
    "Everything that is the agency's own, as it stood at one instant. JSON lines (one record a line, UTF-8) and CSV (RFC 4180, "
    "UTF-8) hold the same; but a cell that a spreadsheet would run as a formula begins with an apostrophe. Instants are in "
    "UTC, lengths of time in seconds. People of other agencies are left out."
)


@dataclass(frozen=True)
class Part:
    """One kind of record: its name, what it is, and the statement that reads what is `AGENCY`'s, in an order of its own.

    `shows` says which records at case level it shows: their noun, and the column that has their ids.
    """

    name: str
    about: str
    statement: Select[Any]
    shows: tuple[str, str] | None = None
    prepared: Prepared = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compile it once."""
        object.__setattr__(self, "prepared", Prepared(self.statement))


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


def rows(table: Any, which: ColumnElement[bool], *order: Any, **people: str | None) -> Select[Any]:
    """The rows of a table for which this holds, `people` as in `columns`."""
    return select(*columns(table, people)).where(which).order_by(*(order or (table.id,)))


def rows_of(key: Any, which: ColumnElement[bool], order: Any, **people: str | None) -> Select[Any]:
    """What belongs to the records of another table for which this holds: `key` leads there."""
    (foreign,) = key.property.columns[0].foreign_keys
    theirs = key.in_(select(foreign.column).where(which))
    return select(*columns(key.class_, people)).where(theirs).order_by(key, order)


def letters(table: Any) -> Part:
    """A service's letters as a part, without what was filled into them, which may be another's to know."""
    statement = select(*(column for column in table.__table__.c if column.name != "facts"))
    ours = or_(table.agency_id == AGENCY, table.contact_agency_id == AGENCY)
    about = "Letters to the agency's contacts, and to those who act for it."
    return Part("letters", about, statement.where(ours).order_by(table.id))


async def handed_out(caller: Caller, tx: Tx, about: str, parts: Iterable[Part]) -> Response:
    """The zip of one service's parts, with its manifest, as an answer; what it shows at case level is recorded."""
    agency_id, view = caller.principal.agency_id, caller.reach.view(Scope.OWN)
    assert view is not None
    archive = Archive(tx.wall)
    try:
        async with tx.one_instant():
            for part in parts:
                async with archive.table(part.name, part.about, list(part.statement.selected_columns.keys())) as table:
                    async for batch in tx.batches(part.prepared, {"agency_id": agency_id}, BATCH):
                        await table.add(batch)
                        if part.shows:
                            noun, key = part.shows
                            for row in batch:
                                caller.shows(noun, row[key], view, "export")
        archive.finish(service=tx.service, about=f"{ABOUT} {about}", agency_id=agency_id, as_at=tx.now, made_at=tx.wall)
    except BaseException:
        archive.discard()
        raise
    headers = {"content-disposition": f'attachment; filename="{tx.service}-{agency_id}-{tx.now:%Y-%m-%d}.zip"'}
    return StreamingResponse(archive.pieces(), media_type="application/zip", headers=headers)
