"""Finds the child whom an identifier belongs to, or adds one; identifiers go in sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from services.escalations.children.domain import Need, Surrounding
from services.escalations.children.models import Child, ChildIdentifier, Concerned, Match
from services.escalations.children.queries import roots
from shared.child_records import RETENTION, ChildRecords, bound_to, hold
from shared.children import AgeBand, IdentifierType
from shared.db import Tx, new_id
from shared.problems import Invalid
from shared.pseudonym import Pseudonyms
from shared.resealing import Sealed

CHILDREN = ChildRecords(Child, ChildIdentifier, roots)
SEALED_COLUMNS = (Sealed(ChildIdentifier.sealed, lambda row: bound_to(row.type, row.pseudonym)),)


@dataclass(frozen=True)
class Described:
    """A child as a challenge describes it: its identifiers, by which it is found again, and bands."""

    identifiers: tuple[tuple[IdentifierType, str], ...]
    age_band: AgeBand
    level_of_need: Need
    statuses: tuple[Surrounding, ...]


async def concern(tx: Tx, escalation_id: UUID, children: Sequence[Described], pseudonyms: Pseudonyms) -> None:
    """Link an escalation to its children. Invalid where two of them are one child.

    Where one's identifiers belong to two children of ours, it is linked to the first, and a person is asked whether they
    are one: a challenge never waits for that.
    """
    await hold(tx, [pair for child in children for pair in child.identifiers], pseudonyms)
    rows: list[dict[str, object]] = []
    for index, described in enumerate(children):
        child_id, given, others = await CHILDREN.find_or_add(tx, described.identifiers, pseudonyms)
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


async def _suggest(tx: Tx, escalation_id: UUID, child_id: UUID, others: Sequence[UUID]) -> None:
    for other in others:
        pair = {"child_id": min(child_id, other), "other_child_id": max(child_id, other)}
        facts = {"escalation_id": escalation_id, "suggested_at": tx.now, "retention_class": RETENTION}
        await tx.execute(upsert(Match).on_conflict_do_nothing(), {"id": new_id()} | pair | facts)
