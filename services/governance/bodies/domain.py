"""What a body is, where it reports, and which role a seat on it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.governance.agencies.domain import LONGEST_ID, SLUG, latin
from services.governance.terms.domain import Term
from shared.policy import Role
from shared.problems import FieldError, Invalid


class Kind(StrEnum):
    """What sort of body it is."""

    EXECUTIVE = "executive"
    SUBGROUP = "subgroup"
    STRATEGIC_GROUP = "strategic_group"
    OPERATIONAL_GROUP = "operational_group"
    IMPROVEMENT_BOARD = "improvement_board"
    PANEL = "panel"
    TASK_AND_FINISH = "task_and_finish"
    FORUM = "forum"
    PAN_CHESHIRE = "pan_cheshire"
    OTHER_PARTNERSHIP = "other_partnership"


class MemberRole(StrEnum):
    """The role of a body's own work, which its members have; never one held by appointment or by law."""

    EXECUTIVE_MEMBER = Role.EXECUTIVE_MEMBER.value
    OPERATIONAL_MEMBER = Role.OPERATIONAL_MEMBER.value
    LI_MEMBER = Role.LI_MEMBER.value
    QA_MEMBER = Role.QA_MEMBER.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One body. It may report to several parents; `chair_term_months` is how long one person chairs it at most."""

    id: str
    name: str
    kind: Kind
    also_known_as: tuple[str, ...] = ()
    parent_ids: tuple[str, ...] = ()
    meetings_a_year: int | None = None
    member_role: MemberRole | None = None
    chair_term_months: int | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    unverified: tuple[str, ...] = ()
    source: str | None = None
    note: str | None = None

    @property
    def term(self) -> Term:
        """The days on which it exists."""
        return Term(self.effective_from, self.effective_to)


def normalised(body: Body) -> Body:
    """The body with Latin names, and tuples where lists were given."""
    return replace(
        body,
        name=latin(body.name),
        also_known_as=tuple(latin(name) for name in body.also_known_as),
        parent_ids=tuple(body.parent_ids),
        unverified=tuple(body.unverified),
    )


def faults(body: Body, known: Mapping[str, Body]) -> list[FieldError]:
    """What is wrong with a body among those known: its id, its dates, its parents."""
    found = []
    if not SLUG.fullmatch(body.id) or len(body.id) > LONGEST_ID:
        found.append(FieldError("id", "slug", f"{body.id!r} must be small letters, digits and single hyphens."))
    if body.effective_from and body.effective_to and body.effective_to < body.effective_from:
        found.append(FieldError("effective_to", "order", "The last day comes before the first."))
    for parent_id in body.parent_ids:
        if parent_id != body.id and parent_id not in known:
            found.append(FieldError("parent_ids", "not_established", f"There is no body {parent_id!r}."))
    if body.id in _above(body, known):
        found.append(FieldError("parent_ids", "circle", "The body would report to itself, by way of its parents."))
    return found


def check(body: Body, known: Mapping[str, Body]) -> None:
    """Invalid with every fault of a body."""
    if found := faults(body, known):
        raise Invalid("The body cannot be so.", errors=found)


def _above(body: Body, known: Mapping[str, Body]) -> set[str]:
    above: set[str] = set()
    waiting = list(body.parent_ids)
    while waiting:
        parent_id = waiting.pop()
        if parent_id not in above:
            above.add(parent_id)
            waiting += known[parent_id].parent_ids if parent_id in known and parent_id != body.id else ()
    return above
