"""A transaction that keeps back what is only appended, and asks the register once: years of history in few round trips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Executable, Table

from services.escalations.escalations.models import HistoryEntry
from services.escalations.learning.models import LearningEntry
from services.escalations.letters.models import Letter
from services.escalations.notes.models import Note, NoteParty
from services.escalations.register.models import CONTACTS, REGISTER
from shared.db import Tx
from shared.outbox import emission
from shared.prepared import Prepared, Result

# What no command reads again while matters are played; and what is read again and again, and does not change.
APPENDED = {table.__table__ for table in (HistoryEntry, LearningEntry, Letter, Note, NoteParty)}
UNCHANGING = (CONTACTS.SELECT, REGISTER.NAMED)


@dataclass
class Batching(Tx):
    """A transaction in which rows that are only appended wait until `send`; everything else goes at once."""

    waiting: dict[Table, list[Mapping[str, Any]]] = field(default_factory=dict)
    told: list[Mapping[str, Any]] = field(default_factory=list)
    answered: dict[str, Sequence[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, tx: Tx) -> "Batching":
        """The same transaction."""
        return cls(**{one.name: getattr(tx, one.name) for one in fields(tx)})

    async def add(self, table: Any, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, or keep them back."""
        declared = getattr(table, "__table__", table)
        if declared not in APPENDED:
            await super().add(declared, rows)
            return
        self.waiting.setdefault(declared, []).extend([rows] if isinstance(rows, Mapping) else rows)

    async def execute(
        self,
        statement: Executable | Prepared,
        values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> Result:
        """Run a statement; or keep an event back: then there is no result, which nobody asks for."""
        if any(statement is one for one in UNCHANGING):
            return await self._once(statement, values)
        if statement is emission(self.plumbing.outbox) and isinstance(values, Mapping):
            self.told.append(values)
            return Result()
        return await super().execute(statement, values)

    async def _once(self, statement: Executable | Prepared, values: Any) -> Result:
        asked = f"{id(statement)} {values}"
        if asked not in self.answered:
            self.answered[asked] = (await super().execute(statement, values)).records
        return Result(self.answered[asked])

    async def send(self) -> None:
        """Write what waits, each table's rows in their order."""
        for table, rows in self.waiting.items():
            await super().add(table, rows)
        if self.told:
            await super().execute(emission(self.plumbing.outbox), self.told)
        self.waiting.clear()
        self.told.clear()
