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


@dataclass(frozen=True)
class Found:
    """A child described, known or added; `others` are further ones to whom some of its identifiers belong."""

    id: UUID
    described: Described
    pseudonyms: Sequence[str]
    others: Sequence[UUID]


async def find_or_add(tx: Tx, children: Sequence[Described], pseudonyms: Pseudonyms) -> list[Found]:
    """The children described; those that are not known are added. Invalid where two of them are one child."""
    await hold(tx, [pair for child in children for pair in child.identifiers], pseudonyms)
    found: list[Found] = []
    for index, described in enumerate(children):
        child_id, given, others = await CHILDREN.find_or_add(tx, described.identifiers, pseudonyms)
        if any(child_id == one.id for one in found):
            raise Invalid.field(f"children.{index}", "repeated", "This child stands in the list already.")
        found.append(Found(child_id, described, given, others))
    return found


async def concern(tx: Tx, escalation_id: UUID, children: Sequence[Found]) -> None:
    """Link an escalation to its children.

    Where one's identifiers belong to two children of ours, it is linked to the first, and a person is asked whether they
    are one: a challenge never waits for that.
    """
    rows = [
        {
            "escalation_id": escalation_id,
            "child_id": child.id,
            "pseudonym": child.pseudonyms[0],
            "given": child.pseudonyms,
            "age_band": child.described.age_band,
            "level_of_need": child.described.level_of_need,
            "statuses": list(child.described.statuses),
        }
        for child in children
    ]
    await tx.execute(insert(Concerned), rows)
    for child in children:
        await _suggest(tx, escalation_id, child.id, child.others)


async def _suggest(tx: Tx, escalation_id: UUID, child_id: UUID, others: Sequence[UUID]) -> None:
    for other in others:
        pair = {"child_id": min(child_id, other), "other_child_id": max(child_id, other)}
        facts = {"escalation_id": escalation_id, "suggested_at": tx.now, "retention_class": RETENTION}
        await tx.execute(upsert(Match).on_conflict_do_nothing(), {"id": new_id()} | pair | facts)
