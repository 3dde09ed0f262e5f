"""Who may state a hold for proceedings, who may lift it, and how it stands."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

from shared.days import today
from shared.moves import moved
from shared.policy import AgencyType, Principal, Role
from shared.problems import Forbidden, Invalid


class Proceedings(StrEnum):
    """What the publication could harm."""

    CRIMINAL = "criminal"
    INQUEST = "inquest"
    FAMILY = "family"


class Authority(StrEnum):
    """Whose proceedings they are. The partnership's own police speak for themselves; for all others somebody enters it."""

    POLICE = "police"  # of this partnership
    OTHER_FORCE = "other_force"
    PROSECUTION = "prosecution"
    CORONER = "coroner"
    FAMILY_COURT = "family_court"


class Status(StrEnum):
    """Where a hold stands."""

    LIVE = "live"
    LIFTED = "lifted"


class Do(StrEnum):
    """What can be done to a hold; the same word in the URL, the command and the history."""

    STATE = "state"
    REVIEW = "review"
    TELL = "tell"
    LIFT = "lift"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.LIVE, Do.REVIEW): Status.LIVE,
    (Status.LIVE, Do.TELL): Status.LIVE,
    (Status.LIVE, Do.LIFT): Status.LIFTED,
}


class NotYourHold(Forbidden):
    """The police speak for their own proceedings, and council or business unit for all others."""

    code = "not_your_hold"
    title = "Others speak for these proceedings"
    cure = "Who speaks for them states, reviews and lifts the hold."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This hold")


def must_speak(authority: Authority, principal: Principal) -> None:
    """Refuse who speaks for another's proceedings: the police for their own; the council or business unit for all others."""
    lead = principal.roles & {Role.AGENCY_LEAD, Role.DELEGATED_PARTNER}
    if authority is Authority.POLICE:
        if not (lead and principal.agency_type is AgencyType.POLICE):
            raise NotYourHold(
                "The police say themselves whether their proceedings hold a review, and since when no more."
            )
    elif not (principal.agency_type is AgencyType.COUNCIL and (lead or Role.BUSINESS_UNIT in principal.roles)):
        said = authority.replace("_", " ")
        raise NotYourHold(f"A hold of the {said} is entered, and lifted, by the council or the business unit.")


def check(authority: Authority, authority_name: str | None, review_on: date, now: datetime) -> None:
    """An authority that is not the partnership's police is named; a hold is looked at again on a day ahead."""
    if authority is not Authority.POLICE and not authority_name:
        raise Invalid.field("authority_name", "missing", "Which coroner, court or force is it?")
    check_review(review_on, now)


def check_review(review_on: date, now: datetime) -> None:
    """The day on which a hold is looked at again lies ahead."""
    if review_on <= today(now):
        raise Invalid.field("review_on", "past", "A hold is looked at again on a day that lies ahead.")


def said_when_lifted(others: Collection[str]) -> str:
    """What follows for the publication, in a sentence."""
    if others:
        return f"It is held still, for {', '.join(sorted(others))} proceedings."
    return "Nothing holds it any more: the days of the hold do not count, and the clock to publication runs again."


def is_review_overdue(status: Status, review_on: date, now: datetime) -> bool:
    """Whether nobody has looked at a live hold since its day."""
    return status is Status.LIVE and today(now) > review_on
