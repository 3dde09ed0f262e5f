"""Finds the child whom an identifier belongs to, or adds one; identifiers go in sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.escalations.children.domain import Need, Surrounding
from services.escalations.children.models import Child, ChildIdentifier, Concerned, Match
from shared.child_records.commands import ChildRecords, hold
from shared.child_records.models import bound_to
from shared.children import AgeBand, IdentifierType
from shared.db import Tx
from shared.problems import Invalid
from shared.pseudonym import Pseudonyms
from shared.resealing import Sealed

CHILDREN = ChildRecords(Child, ChildIdentifier, Match)
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
    await tx.add(Concerned, rows)
    for child in children:
        await CHILDREN.suggest(tx, child.id, child.others, escalation_id=escalation_id)
