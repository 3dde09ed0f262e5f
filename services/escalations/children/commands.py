"""Finds the child whom an identifier belongs to, or adds one; identifiers go in sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from services.escalations.children.domain import AgeBand, IdentifierType, Need, Surrounding
from services.escalations.children.models import Child, ChildIdentifier, Concerned, Match
from services.escalations.children.queries import roots
from shared.db import Tx, new_id
from shared.problems import Invalid
from shared.pseudonym import Pseudonyms
from shared.resealing import Sealed

RETENTION = "child_case"
BATCH = 500
Place = tuple[str, str]  # an identifier's type and pseudonym, in whose order they are gone through
FIRST: Place = ("", "")


@dataclass(frozen=True)
class Described:
    """A child as a challenge describes it: its identifiers, by which it is found again, and bands."""

    identifiers: tuple[tuple[IdentifierType, str], ...]
    age_band: AgeBand
    level_of_need: Need
    statuses: tuple[Surrounding, ...]


SEALED_COLUMNS = (Sealed(ChildIdentifier.sealed, lambda row: bound_to(row.type, row.pseudonym)),)


def bound_to(kind: str, pseudonym: str) -> str:
    """What a sealed identifier is bound to: its own row."""
    return f"{kind}/{pseudonym}"


async def concern(tx: Tx, escalation_id: UUID, children: Sequence[Described], pseudonyms: Pseudonyms) -> None:
    """Link an escalation to its children. Invalid where two of them are one child.

    Where one's identifiers belong to two children of ours, it is linked to the first, and a person is asked whether they
    are one: a challenge never waits for that.
    """
    numbers = [pair for child in children for pair in child.identifiers]
    await _hold(tx, [pseudonym for kind, value in numbers for pseudonym in pseudonyms.every(kind, value)])
    rows: list[dict[str, object]] = []
    for index, described in enumerate(children):
        child_id, given, others = await _find_or_add(tx, described, pseudonyms)
        if any(row["child_id"] == child_id for row in rows):
            raise Invalid.field(f"children.{index}", "repeated", "This child stands in the list already.")
        await _suggest(tx, escalation_id, child_id, others)
        rows.append(
            {
                "escalation_id": escalation_id,
                "child_id": child_id,
                "pseudonym": given[0],
                "given": given,
                "age_band": described.age_band,
                "level_of_need": described.level_of_need,
                "statuses": list(described.statuses),
            }
        )
    await tx.execute(insert(Concerned), rows)


async def _hold(tx: Tx, pseudonyms: list[str]) -> None:
    """Two challenges about one child at one moment: the second waits, and then finds the child that the first added."""
    keys = sorted({int.from_bytes(pseudonym.encode()[:8], "big", signed=True) for pseudonym in pseudonyms})
    key: ColumnElement[int] = func.unnest(bindparam("keys", keys, type_=ARRAY(BigInteger))).column_valued("key")
    await tx.execute(select(func.pg_advisory_xact_lock(key)))


async def _find_or_add(tx: Tx, described: Described, pseudonyms: Pseudonyms) -> tuple[UUID, list[str], Sequence[UUID]]:
    """The child, the pseudonyms given, and the other children to whom some of them belong."""
    keyed = [
        (kind, pseudonym, value) for kind, value in described.identifiers for pseudonym in pseudonyms.every(kind, value)
    ]
    known = await _known(tx, [(kind, pseudonym) for kind, pseudonym, _ in keyed])
    children = list(dict.fromkeys(known[kind, pseudonym] for kind, pseudonym, _ in keyed if (kind, pseudonym) in known))
    child_id = children[0] if children else new_id()
    if not known:
        await tx.execute(insert(Child), {"id": child_id, "retention_class": RETENTION})
    for kind, pseudonym, value in keyed:
        if (kind, pseudonym) not in known:
            await _keep(tx, child_id, kind, pseudonym, value, pseudonyms)
    return child_id, [pseudonyms.of(kind, value) for kind, value in described.identifiers], children[1:]


async def _keep(tx: Tx, child_id: UUID, kind: str, pseudonym: str, value: str, pseudonyms: Pseudonyms) -> int:
    sealed = pseudonyms.seal(value, bound_to(kind, pseudonym))
    row = {"type": kind, "pseudonym": pseudonym, "child_id": child_id, "sealed": sealed}
    return (await tx.execute(upsert(ChildIdentifier).on_conflict_do_nothing(), row)).rowcount


async def rederive(tx: Tx, pseudonyms: Pseudonyms, after: Place = FIRST) -> tuple[int, Place | None]:
    """Give a batch of identifiers their pseudonyms under all keys; how many were missing, and where the next begins.

    Those that an identifier has stay: matters keep the pseudonym of their day, and the child is found by each.
    """
    rows = await tx.rows(_NEXT, {"type_after": after[0], "pseudonym_after": after[1]})
    derived = 0
    for row in rows:
        value = pseudonyms.open(row.sealed, bound_to(row.type, row.pseudonym))
        for pseudonym in pseudonyms.every(row.type, value):
            if pseudonym != row.pseudonym:
                derived += await _keep(tx, row.child_id, row.type, pseudonym, value, pseudonyms)
    return derived, (rows[-1].type, rows[-1].pseudonym) if rows else None


_PLACE = (ChildIdentifier.type, ChildIdentifier.pseudonym)
_NEXT = (
    select(*ChildIdentifier.__table__.c)
    .where(tuple_(*_PLACE) > tuple_(bindparam("type_after", type_=Text), bindparam("pseudonym_after", type_=Text)))
    .order_by(*_PLACE)
    .limit(BATCH)
)


async def _known(tx: Tx, keys: list[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """The child to whom each identifier belongs, as far as it is known; merged ones as the one that they are."""
    statement = select(ChildIdentifier.type, ChildIdentifier.pseudonym, ChildIdentifier.child_id).where(
        tuple_(ChildIdentifier.type, ChildIdentifier.pseudonym).in_(bindparam("keys", expanding=True))
    )
    rows = await tx.rows(statement, {"keys": keys})
    one = await roots(tx, {row.child_id for row in rows}) if rows else {}
    return {(row.type, row.pseudonym): one[row.child_id] for row in rows}


async def _suggest(tx: Tx, escalation_id: UUID, child_id: UUID, others: Sequence[UUID]) -> None:
    for other in others:
        pair = {"child_id": min(child_id, other), "other_child_id": max(child_id, other)}
        facts = {"escalation_id": escalation_id, "suggested_at": tx.now, "retention_class": RETENTION}
        await tx.execute(upsert(Match).on_conflict_do_nothing(), {"id": new_id()} | pair | facts)
