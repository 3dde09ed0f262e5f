"""How a return stands, who sends it, and when its agency is asked again."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from shared.calendar import Calendar
from shared.deadlines import Rule, due
from shared.moves import moved
from shared.problems import Conflict, Forbidden, Invalid


class Status(StrEnum):
    """Where a return stands."""

    ASKED = "asked"
    RETURNED = "returned"


class Do(StrEnum):
    """What is done about a return."""

    SUBMIT = "submit"
    ASK_AGAIN = "ask_again"
    TELL = "tell"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.ASKED, Do.SUBMIT): Status.RETURNED,
    (Status.ASKED, Do.ASK_AGAIN): Status.ASKED,
    (Status.ASKED, Do.TELL): Status.ASKED,  # that it stays out, to the panel's chair
    (Status.RETURNED, Do.SUBMIT): Status.RETURNED,  # there is more to tell; what was told before stays
}
NOBODY_ASKS_FOR = frozenset({Do.ASK_AGAIN, Do.TELL})


class AskedAlready(Conflict):
    """The agency has been asked for this review."""

    code = "return_asked_already"
    title = "This agency has been asked"
    cure = "That agency adds to its return."


class NotYourReturn(Forbidden):
    """Another agency sends this return."""

    code = "not_your_return"
    title = "Another agency sends this"
    cure = "That agency sends it."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow; every return can be added to while its review takes returns."""
    return moved(TRANSITIONS, status, do, "This return", NOBODY_ASKS_FOR)


def check_asked(agency_id: str | None, party_name: str | None) -> None:
    """Invalid unless exactly one is named: an agency of the register, or a party that is not in it."""
    if (agency_id is None) == (party_name is None):
        raise Invalid.field("agency_id", "one_party", "Name an agency by its id, or a party not registered by name.")


def must_send(agency_id: str | None, agencies: Collection[str]) -> None:
    """NotYourReturn for another agency's; what a party without access says, the panel enters."""
    if agency_id is not None and agency_id not in agencies:
        raise NotYourReturn(f"This return is {agency_id}'s to send.")


def return_by(rule: Rule, wanted: datetime | None, now: datetime, calendar: Calendar) -> datetime:
    """Until when: by the rule, or at the end of an earlier day that the panel needs. Invalid for a later one."""
    by_rule = due(rule, now, calendar)
    if wanted is None:
        return by_rule
    if wanted > by_rule:
        raise Invalid.field(
            "due_on", "later", f"The rule gives {calendar.date_of(by_rule)}; an earlier day may be set."
        )
    if wanted <= now:
        raise Invalid.field("due_on", "past", "The day lies ahead, or is today until its working hours end.")
    return wanted


def ask_again_at(rule: Rule, last: datetime, calendar: Calendar) -> datetime:
    """When the agency is asked again after an instant: so many working days on, as the working day opens."""
    return due(rule, last, calendar) - calendar.day
