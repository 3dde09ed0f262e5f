"""Finds the child whom an identifier belongs to, or adds one; identifiers go in sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, bindparam, func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from services.escalations.children.domain import AgeBand, IdentifierType, Need, Surrounding
from services.escalations.children.models import Child, ChildIdentifier, Concerned
from shared.db import Tx, new_id
from shared.problems import Invalid
from shared.pseudonym import Pseudonyms

RETENTION = "child_case"


@dataclass(frozen=True)
class Described:
    """A child as a challenge describes it: its identifiers, by which it is found again, and bands."""

    identifiers: tuple[tuple[IdentifierType, str], ...]
    age_band: AgeBand
    level_of_need: Need
    statuses: tuple[Surrounding, ...]


async def concern(tx: Tx, escalation_id: UUID, children: Sequence[Described], pseudonyms: Pseudonyms) -> None:
    """Link an escalation to its children. Invalid where two of them are one child, or one's identifiers belong to two."""
    await _hold(tx, [pseudonyms.of(kind, value) for child in children for kind, value in child.identifiers])
    rows: list[dict[str, object]] = []
    for index, described in enumerate(children):
        child_id, pseudonym = await _find_or_add(tx, index, described, pseudonyms)
        if any(row["child_id"] == child_id for row in rows):
            raise Invalid.field(f"children.{index}", "repeated", "This child stands in the list already.")
        rows.append(
            {
                "escalation_id": escalation_id,
                "child_id": child_id,
                "pseudonym": pseudonym,
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


async def _find_or_add(tx: Tx, index: int, described: Described, pseudonyms: Pseudonyms) -> tuple[UUID, str]:
    keyed = [(kind, pseudonyms.of(kind, value), value) for kind, value in described.identifiers]
    known = await _known(tx, [(kind, pseudonym) for kind, pseudonym, _ in keyed])
    children = set(known.values())
    if len(children) > 1:
        raise Invalid.field(
            f"children.{index}.identifiers",
            "two_children",
            "These identifiers belong to two children; name one child each.",
        )
    child_id = children.pop() if children else new_id()
    if not known:
        await tx.execute(insert(Child), {"id": child_id, "retention_class": RETENTION})
    for kind, pseudonym, value in keyed:
        if (kind, pseudonym) not in known:
            sealed = pseudonyms.seal(value, f"{kind}/{pseudonym}")
            row = {"type": kind, "pseudonym": pseudonym, "child_id": child_id, "sealed": sealed}
            await tx.execute(insert(ChildIdentifier), row)
    return child_id, keyed[0][1]


async def _known(tx: Tx, keys: list[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    statement = (
        select(ChildIdentifier.type, ChildIdentifier.pseudonym, Child.id, Child.merged_into)
        .join(Child, Child.id == ChildIdentifier.child_id)
        .where(tuple_(ChildIdentifier.type, ChildIdentifier.pseudonym).in_(bindparam("keys", expanding=True)))
    )
    rows = await tx.rows(statement, {"keys": keys})
    return {(row.type, row.pseudonym): row.merged_into or row.id for row in rows}
