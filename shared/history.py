"""What was done to a record: one entry for each step, appended to a table of its own, never changed, and read back in order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Identity, Row, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shared.acting import Actor
from shared.db import Tx, gathered
from shared.prepared import Prepared


class Entry:
    """The columns of every table of entries, a mixin: who did what when, and where the record stood after it.

    Beside them stand the key of the record, `text` or `facts` where something is said with a step, and those of the
    record's own columns that a step can change and that nobody may forget.
    """

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    did: Mapped[str]
    status: Mapped[str]  # after it
    actor: Mapped[str]
    agency_id: Mapped[str | None]


class History:
    """The steps of one noun's records; an entry `keeps` these of the record's columns as they were after it."""

    def __init__(self, records: type[Any], entries: type[Entry], *, keeps: Sequence[str] = ()) -> None:
        self._records, self._entries, self._keeps = records, entries, ("status", *keeps)
        self._columns = entries.__table__.c  # type: ignore[attr-defined]
        (self._key,) = (column for column in self._columns if column.foreign_keys)
        found = select(*self._columns).where(self._key == bindparam("record_id", type_=self._key.type))
        self._read = Prepared(found.order_by(self._columns.id))

    async def write(
        self, tx: Tx, by: Actor, row: Mapping[str, Any], did: str, changed: Mapping[str, Any], **said: Any
    ) -> dict[str, Any]:
        """Write what a step has changed in a record, as its next version, and append the step; the record as it is now."""
        values = {**changed, "version": row["version"] + 1}
        await tx.execute(update(self._records).where(self._records.id == row["id"]).values(**values))
        after = {**row, **values}
        await self.append(tx, by, after, did, **said)
        return after

    async def append(
        self,
        tx: Tx,
        by: Actor,
        row: Mapping[str, Any],
        did: str,
        *,
        text: str | None = None,
        facts: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """Append a step that led to the record as it is in `row`, with what was said and what `more` the table has."""
        entry = {name: row[name] for name in self._keeps} | {
            self._key.name: row["id"],
            "at": tx.now,
            "did": did,
            "actor": by.subject,
            "agency_id": by.agency_id,
        }
        if "text" in self._columns:
            entry["text"] = text
        if "facts" in self._columns:
            entry["facts"] = dict(facts) if facts else None if self._columns.facts.nullable else {}
        await tx.add(self._entries, entry | more)

    def beside(self, record_id: Any) -> ColumnElement[Any]:
        """What was done to a record, oldest first, as a column of its own reading."""
        return gathered(self._entries, self._key == record_id, self._columns.id)

    async def of(self, tx: Tx, record_id: UUID) -> Sequence[Row[Any]]:
        """What was done to a record, oldest first. The caller has seen that it is visible."""
        return await tx.rows(self._read, {"record_id": record_id})
