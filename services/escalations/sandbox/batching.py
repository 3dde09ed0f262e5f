"""A transaction that keeps back what is only appended, and asks the register once: years of history in few round trips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Executable, Insert

from services.escalations.escalations.models import HistoryEntry
from services.escalations.learning.models import LearningEntry
from services.escalations.letters.models import Letter
from services.escalations.notes.models import Note, NoteParty
from services.escalations.register.models import CONTACTS, REGISTER
from shared.db import Tx
from shared.outbox import emission
from shared.prepared import Result

# What no command reads again while matters are played; and what is read again and again, and does not change.
APPENDED = {table.__table__ for table in (HistoryEntry, LearningEntry, Letter, Note, NoteParty)}
UNCHANGING = (CONTACTS.SELECT, REGISTER.NAMED)


@dataclass
class Batching(Tx):
    """A transaction in which rows that are only appended wait until `send`; everything else goes at once."""

    waiting: dict[Any, tuple[Executable, list[Mapping[str, Any]]]] = field(default_factory=dict)
    answered: dict[str, Sequence[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, tx: Tx) -> "Batching":
        """The same transaction."""
        return cls(**{one.name: getattr(tx, one.name) for one in fields(tx)})

    async def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> Result:
        """Run a statement, or keep its rows back: then there is no result, which nobody asks for."""
        if any(statement is one for one in UNCHANGING):
            return await self._once(statement, values)
        table = self._appended_to(statement)
        if table is None or values is None:
            return await super().execute(statement, values)
        _, rows = self.waiting.setdefault(table, (statement, []))
        rows.extend([values] if isinstance(values, Mapping) else values)
        return Result()

    def _appended_to(self, statement: Executable) -> Any:
        if isinstance(statement, Insert):
            return statement.table if statement.table in APPENDED else None
        return self.plumbing.outbox if statement is emission(self.plumbing.outbox) else None

    async def _once(self, statement: Executable, values: Any) -> Result:
        asked = f"{id(statement)} {values}"
        if asked not in self.answered:
            self.answered[asked] = (await super().execute(statement, values)).records
        return Result(self.answered[asked])

    async def send(self) -> None:
        """Write what waits, each table's rows in their order."""
        for statement, rows in self.waiting.values():
            await super().execute(statement, rows)
        self.waiting.clear()
