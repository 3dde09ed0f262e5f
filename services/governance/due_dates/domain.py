"""How the move of a date stands, who may approve it, and which date it is that runs."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.governance.actions.domain import DateStatus
from services.governance.memberships.domain import Sitting
from services.governance.plans.domain import Approver, Signing
from shared.policy import Principal, Role
from shared.problems import Conflict, Forbidden, Invalid


class Do(StrEnum):
    """What can be done to a later date that was asked for."""

    APPROVE = "approve"
    REFUSE = "refuse"


TRANSITIONS: dict[tuple[DateStatus, Do], DateStatus] = {
    (DateStatus.ASKED, Do.APPROVE): DateStatus.APPROVED,
    (DateStatus.ASKED, Do.REFUSE): DateStatus.REFUSED,
}


class AlreadyDecided(Conflict):
    """The move of the date stands or was refused, or another date runs since."""

    code = "date_decided"
    title = "This date is decided"
    cure = "Ask anew."


class AlreadyAsked(Conflict):
    """A later date has been asked for, and nobody has answered yet."""

    code = "date_asked"
    title = "A later date is asked for already"
    cure = "Wait for the answer."


class NotYourDate(Forbidden):
    """The caller asked for the date or owns the action, or the rules name others who approve."""

    code = "not_your_date"
    title = "Others approve this date"
    cure = "Read `detail`."


def step(status: DateStatus, do: Do) -> DateStatus:
    """The status after `do`. AlreadyDecided where nothing is asked any more."""
    try:
        return TRANSITIONS[status, do]
    except KeyError:
        raise AlreadyDecided(f"This date was {status}, and stays so: ask anew.") from None


def column_running(impact_from: date | None) -> str:
    """Which date a move is of: the activity's, and after phase 1 that by which impact is measured."""
    return "due_on" if impact_from is None else "measured_by"


def check_day(to_on: date, today: date) -> None:
    """Invalid for a day that is over."""
    if to_on < today:
        raise Invalid.field("due_on", "past", "The day lies ahead, or is today.")


def must_approve(
    rule: Signing,
    principal: Principal,
    sittings: Iterable[Sitting],
    *,
    body_id: str,
    asked_by: str,
    owner_id: UUID | None,
) -> None:
    """NotYourDate for who asked, for who owns the action, and for whom the rules do not name as approver."""
    if principal.subject in {asked_by, str(owner_id)}:
        raise NotYourDate("You asked for this date, or the action is yours: somebody else says yes or no.")
    may = {
        Approver.BUSINESS_UNIT: Role.BUSINESS_UNIT in principal.roles,
        Approver.CHAIR: any(one.chairs and one.body_id == body_id for one in sittings),
    }
    if not any(may[approver] for approver in rule.dates_approved_by):
        named = {Approver.BUSINESS_UNIT: "the business unit", Approver.CHAIR: f"the chair of {body_id}"}
        raise NotYourDate(f"Later dates are approved by {' or '.join(named[one] for one in rule.dates_approved_by)}.")
