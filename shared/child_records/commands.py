"""A service's children: found again by the pseudonym of a number, over the service's own tables; numbers go in sealed.

A service whose records concern children declares the tables in its noun `children`, makes one `ChildRecords` of them and
names it in its `Service`, so that a turned key reaches them too.
"""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Row, Text, bindparam, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.acting import By
from shared.child_records.domain import Verdict, must_be_open, must_be_second
from shared.child_records.models import RETENTION, bound_to
from shared.child_records.queries import Known, Number
from shared.db import ServiceBase, Tx, new_id, table_of
from shared.prepared import Prepared
from shared.pseudonym import Pseudonyms

BATCH = 500
Place = tuple[str, str]  # an identifier's type and pseudonym, in whose order they are gone through
FIRST: Place = ("", "")


async def hold(tx: Tx, numbers: Iterable[Number], pseudonyms: Pseudonyms) -> None:
    """Hold children until the transaction ends, before any is looked for.

    Two requests about one child at one moment: the second waits, and then finds the child that the first added.
    """
    given = (pseudonym for kind, value in numbers for pseudonym in pseudonyms.every(kind, value))
    keys = sorted({int.from_bytes(pseudonym.encode()[:8], "big", signed=True) for pseudonym in given})
    await tx.execute(_HOLD, {"keys": keys})


_KEY: ColumnElement[int] = func.unnest(bindparam("keys", type_=ARRAY(BigInteger))).column_valued("key")
_HOLD = Prepared(select(func.pg_advisory_xact_lock(_KEY)))


class ChildRecords(Known):
    """Finds, adds, matches and re-keys one service's children."""

    def __init__(self, child: type[ServiceBase], identifier: type[ServiceBase], match: type[ServiceBase]) -> None:
        super().__init__(child, identifier)
        self._match = table_of(match)
        columns = self._identifier.c
        place = (columns.type, columns.pseudonym)
        after = tuple_(bindparam("type_after", type_=Text), bindparam("pseudonym_after", type_=Text))
        self._next = select(*columns).where(tuple_(*place) > after).order_by(*place).limit(BATCH)

    async def find_or_add(
        self, tx: Tx, numbers: Collection[Number], pseudonyms: Pseudonyms
    ) -> tuple[UUID, list[str], list[UUID]]:
        """The child, the pseudonyms given, and the other children to whom some of the numbers belong. `hold` comes before."""
        keyed = [(kind, pseudonym, value) for kind, value in numbers for pseudonym in pseudonyms.every(kind, value)]
        known = await self._belonging(tx, [(kind, pseudonym) for kind, pseudonym, _ in keyed])
        found = list(dict.fromkeys(known.values()))
        child_id = found[0] if found else new_id()
        if not known:
            await tx.add(self._child, {"id": child_id, "retention_class": RETENTION})
        for kind, pseudonym, value in keyed:
            if (kind, pseudonym) not in known:
                await self._keep(tx, child_id, kind, pseudonym, value, pseudonyms)
        return child_id, [pseudonyms.of(kind, value) for kind, value in numbers], found[1:]

    async def suggest(self, tx: Tx, child_id: UUID, others: Iterable[UUID], **arose_in: UUID) -> None:
        """Have a person say whether others are this child, for a matter gave numbers of both: each two are asked about once."""
        for other in others:
            pair = {"child_id": min(child_id, other), "other_child_id": max(child_id, other)}
            facts = {"id": new_id(), "suggested_at": tx.now, "retention_class": RETENTION}
            await tx.execute(upsert(self._match).on_conflict_do_nothing(), facts | pair | arose_in)

    async def decide(self, tx: Tx, by: By, match: Row[Any], verdict: Verdict, reason: str) -> None:
        """Write down what a person decides of a match, locked; where the two are one, they are from now on.

        `match.given_by` are those who gave the numbers. MatchDecided, OwnMatch.
        """
        must_be_open(match.verdict)
        if verdict is Verdict.CONFIRMED:
            must_be_second(match.given_by, by.subject)
        decided = {
            "verdict": verdict,
            "reason": reason,
            "decided_at": tx.now,
            "decided_by": by.subject,
            "decided_agency_id": by.agency_id,
        }
        await tx.execute(update(self._match).where(self._match.c.id == match.id).values(**decided))
        if verdict is Verdict.CONFIRMED:
            await self._merge(tx, match.child_id, match.other_child_id)

    async def _merge(self, tx: Tx, child_id: UUID, other_id: UUID) -> None:
        """The smaller group joins the larger, which keeps the ways short; nothing is rewritten, no group is its own part."""
        await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{tx.service}:merge", 0))))
        larger, smaller = sorted([await self.same(tx, child_id), await self.same(tx, other_id)], key=len, reverse=True)
        if larger[0] != smaller[0]:
            merged = update(self._child).where(self._child.c.id == smaller[0])
            await tx.execute(merged.values(merged_into=larger[0], merged_at=tx.now))

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
