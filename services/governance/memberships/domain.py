"""Seats, the roles that go with them, and who may hold them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.governance.bodies.domain import Body, Kind
from services.governance.terms.domain import Term
from shared.days import DAY, months_later
from shared.policy import HOLDING, AgencyType, Reach, Role, Scope, may_hold
from shared.problems import Conflict, Forbidden, Invalid


class Seat(StrEnum):
    """As what a person sits on a body."""

    MEMBER = "member"
    CHAIR = "chair"
    DEPUTY = "deputy"
    DELEGATED_PARTNER = "delegated_partner"
    LEAD_PARTNER = "lead_partner"
    ADVISER = "adviser"
    SCRUTINEER = "scrutineer"
    IMPROVEMENT_ADVISER = "improvement_adviser"
    LAY_MEMBER = "lay_member"
    YOUNG_ADVISER = "young_adviser"
    OBSERVER = "observer"


# Full members have the role of the body's own work besides; whoever takes part without deciding has not.
FULL = frozenset({Seat.MEMBER, Seat.CHAIR, Seat.DELEGATED_PARTNER, Seat.LEAD_PARTNER})
OWN_ROLES: dict[Seat, frozenset[Role]] = {
    Seat.MEMBER: frozenset(),
    Seat.CHAIR: frozenset({Role.BODY_CHAIR}),
    Seat.DEPUTY: frozenset({Role.DEPUTY}),
    Seat.DELEGATED_PARTNER: frozenset({Role.DELEGATED_PARTNER}),
    Seat.LEAD_PARTNER: frozenset({Role.LEAD_PARTNER}),
    Seat.ADVISER: frozenset({Role.OBSERVER}),
    Seat.SCRUTINEER: frozenset({Role.SCRUTINEER}),
    Seat.IMPROVEMENT_ADVISER: frozenset({Role.IMPROVEMENT_ADVISER}),
    Seat.LAY_MEMBER: frozenset({Role.LAY_MEMBER}),
    Seat.YOUNG_ADVISER: frozenset({Role.YOUNG_ADVISER}),
    Seat.OBSERVER: frozenset({Role.OBSERVER}),
}
OF_EXECUTIVE = frozenset({Seat.DELEGATED_PARTNER, Seat.LEAD_PARTNER})


class SeatTaken(Conflict):
    """Somebody holds the seat in that time."""

    code = "seat_taken"
    title = "The seat is taken"
    cure = "End that membership first."


class SitsForAnother(Conflict):
    """The person sits for another agency in that time."""

    code = "sits_for_another_agency"
    title = "Nobody sits for two agencies"
    cure = "End that membership first."


class NotInTheChair(Forbidden):
    """The caller does not chair this body today, and deputises for nobody who does."""

    code = "not_in_the_chair"
    title = "This is for the body's chair"
    cure = "Ask its chair, or the business unit."


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person's seat on a body for an agency; a deputy's names the membership whose holder she stands in for."""

    id: UUID
    body_id: str
    person_id: UUID
    agency_id: str
    seat: Seat
    term: Term
    roles: tuple[Role, ...]
    deputy_for: UUID | None = None
    person_name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """As what somebody sits on a body today; a deputy's `in_place_of` is the seat of whom she stands in for."""

    body_id: str
    agency_id: str
    seat: Seat
    in_place_of: Seat | None = None

    @property
    def chairs(self) -> bool:
        """Whether it is the chair's seat, or that of the chair's deputy."""
        return Seat.CHAIR in {self.seat, self.in_place_of}


def check_chairs(body_id: str, reach: Reach, sittings: Iterable[Sitting]) -> None:
    """NotInTheChair where the grants do not reach every body, and the caller chairs another or none."""
    chairs = any(sitting.chairs and sitting.body_id == body_id for sitting in sittings)
    if not (reach.view(Scope.ALL) or (reach.view(Scope.BODY) and chairs)):
        raise NotInTheChair(
            f"This is for the chair of {body_id}, or the chair's deputy: a chair elsewhere has no say here."
        )


def roles_of(body: Body, seat: Seat, principal: Membership | None) -> tuple[Role, ...]:
    """The roles that a seat gives; a deputy has those of whom she stands in for, so that the agency keeps its one vote."""
    roles = set(OWN_ROLES[seat])
    if seat in FULL and body.member_role:
        roles.add(Role(body.member_role))
    if principal:
        roles |= set(principal.roles)
    return tuple(sorted(roles))


def check_holding(roles: Iterable[Role], agency_type: AgencyType) -> None:
    """Invalid, in the words of the rule, where an agency of this type may not hold one of the roles."""
    for role in roles:
        if not may_hold(role, agency_type):
            raise Invalid.field("seat", "role_not_held", f"This seat gives the role {role}. {HOLDING[role].rule}")


def term_of(body: Body, seat: Seat, wanted: Term, principal: Membership | None) -> Term:
    """The term given: a chair's and a deputy's end by themselves. Invalid where it is longer than may be.

    The chair of a subgroup rotates yearly (arrangements of 2019); a deputy's term ends with that of the person deputised.
    """
    assert wanted.starts_on
    if seat in OF_EXECUTIVE and body.kind is not Kind.EXECUTIVE:
        raise Invalid.field("seat", "seat", f"Only the Executive has a {seat}.")
    term = wanted
    if seat is Seat.CHAIR and body.chair_term_months:
        last_day = months_later(wanted.starts_on, body.chair_term_months) - DAY
        term = Term(wanted.starts_on, wanted.ends_on or last_day)
        if term.ends_on and term.ends_on > last_day:
            said = f"The chair of {body.name} changes every {body.chair_term_months} months: until {last_day} at most."
            raise Invalid.field("ends_on", "too_late", said)
    if principal:
        term = Term(wanted.starts_on, wanted.ends_on or principal.term.ends_on)
        if not principal.term.holds_through(term):
            raise Invalid.field("ends_on", "deputy", "A deputy serves within the term of whom she stands in for.")
    if not body.term.holds_through(term):
        raise Invalid.field(
            "starts_on", "no_body", f"{body.name} does not exist throughout this term: name a last day."
        )
    return term


def check_deputy(seat: Seat, agency_id: str, body_id: str, principal: Membership | None) -> None:
    """Invalid where a deputy stands in for nobody, for another agency's member, or for a deputy."""
    if seat is not Seat.DEPUTY:
        if principal:
            raise Invalid.field("deputy_for", "not_a_deputy", "Only a deputy stands in for somebody.")
        return
    if principal is None or principal.body_id != body_id or principal.seat is Seat.DEPUTY:
        raise Invalid.field("deputy_for", "nobody", "Name the membership on this body that the deputy stands in for.")
    if principal.agency_id != agency_id:
        raise Invalid.field("deputy_for", "other_agency", "A deputy is of the same agency: nobody votes for two.")


def check_free(wanted: Membership, others: Iterable[Membership]) -> None:
    """SeatTaken where somebody holds the seat; SitsForAnother where the person sits for another agency in that time."""
    for other in others:
        if not other.term.overlaps(wanted.term):
            continue
        if other.person_id == wanted.person_id and other.agency_id != wanted.agency_id:
            raise SitsForAnother(f"This person sits for {other.agency_id} in that time, on {other.body_id}.")
        if other.body_id != wanted.body_id or other.seat is not wanted.seat:
            continue
        if other.person_id == wanted.person_id and other.deputy_for == wanted.deputy_for:
            raise SeatTaken("This person holds this seat in that time already.")
        if wanted.seat is Seat.CHAIR:
            raise SeatTaken(f"There is a chair until {other.term.ends_on or 'further notice'}: end that term first.")
        if wanted.seat in OF_EXECUTIVE and other.agency_id == wanted.agency_id:
            raise SeatTaken(f"{wanted.agency_id} has its one {wanted.seat} in that time already.")
