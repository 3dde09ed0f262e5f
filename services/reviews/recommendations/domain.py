"""How a recommendation moves, when it is SMART, and who says whether it is accepted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.days import today
from shared.moves import moved
from shared.policy import Principal, Role
from shared.problems import Conflict, FieldError, Forbidden, Invalid


class Status(StrEnum):
    """Where a recommendation stands."""

    MADE = "made"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"


class Do(StrEnum):
    """What can be done to a recommendation; the same word in the URL, the command and the history."""

    MAKE = "make"
    CHANGE = "change"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.MADE, Do.CHANGE): Status.MADE,
    (Status.MADE, Do.ACCEPT): Status.ACCEPTED,
    (Status.MADE, Do.DECLINE): Status.NOT_ACCEPTED,
    (Status.MADE, Do.WITHDRAW): Status.WITHDRAWN,
    (Status.NOT_ACCEPTED, Do.ACCEPT): Status.ACCEPTED,
}


class Smart(StrEnum):
    """What makes a recommendation one that can be followed and proved; its own text makes it specific."""

    MEASURABLE = "measurable"  # it names by what its success is known
    ASSIGNED = "assigned"  # an agency leads it, or a body owns it
    RELEVANT = "relevant"  # it rests on learning
    TIME_BOUND = "time_bound"


# The words of governance for how an action stands.
ACTION_CLOSED, ACTION_LEFT = "closed", frozenset({"not_accepted", "superseded"})
ACTION_IMPACT_SIGNED = frozenset({"impact_signed", "closed"})


class NotSmart(Conflict):
    """The recommendation names no measure, no day, nobody who owns it, or no learning."""

    code = "not_smart"
    title = "The recommendation is not SMART yet"
    cure = "Change it, then accept it."


class NotYours(Forbidden):
    """Another agency leads it, or a body owns it."""

    code = "not_your_recommendation"
    title = "Others answer this recommendation"
    cure = "Its agency lead answers; for a body, a delegated partner or the business unit."


@dataclass(frozen=True, slots=True)
class Terms:
    """Who is to do it, by what its success is known, until when, and on which learning it rests."""

    lead_agency_id: str | None
    owner_body_id: str | None
    measure: str | None
    by_when: date | None
    learning: int


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This recommendation")


def lacking(terms: Terms) -> tuple[Smart, ...]:
    """What it lacks to be SMART."""
    there = {
        Smart.MEASURABLE: terms.measure,
        Smart.ASSIGNED: terms.lead_agency_id or terms.owner_body_id,
        Smart.RELEVANT: terms.learning,
        Smart.TIME_BOUND: terms.by_when,
    }
    return tuple(what for what, given in there.items() if not given)


def check(terms: Terms, now: datetime) -> None:
    """Refuse two owners, and a day that is over."""
    errors = []
    if terms.lead_agency_id and terms.owner_body_id:
        errors.append(FieldError("owner_body_id", "two_owners", "An agency leads it, or a body owns it; not both."))
    if terms.by_when and terms.by_when < today(now):
        errors.append(FieldError("by_when", "past", "The day lies ahead, or is today."))
    if errors:
        raise Invalid(errors[0].message, errors=errors)


def must_be_smart(missing: Collection[Smart]) -> None:
    """Nobody accepts what cannot be followed and proved."""
    if missing:
        said = ", ".join(what.replace("_", " ") for what in missing)
        raise NotSmart(f"It is not {said} yet: change it first, so that what is accepted can be followed and proved.")


def must_answer(lead_agency_id: str | None, principal: Principal) -> None:
    """Refuse who answers for an agency that she does not lead; what a body owns, its partners or the business unit answer."""
    if lead_agency_id is None:
        if not principal.roles & {Role.BUSINESS_UNIT, Role.DELEGATED_PARTNER}:
            raise NotYours("A body owns it: a delegated partner answers, or the business unit for the body.")
    elif not (Role.AGENCY_LEAD in principal.roles and lead_agency_id in principal.agencies):
        raise NotYours(f"{lead_agency_id} leads it, and its agency lead answers.")


def is_late(status: str, due_on: date | None, now: datetime) -> bool:
    """Whether an action that is neither closed nor left should be done by now."""
    return status not in {ACTION_CLOSED, *ACTION_LEFT} and due_on is not None and today(now) > due_on
