"""Who may review, how far milestones drift, and who is heard."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.days import today
from shared.policy import HOLDING, AgencyType, Role, may_hold
from shared.problems import Conflict, FieldError, Invalid


class Heard(StrEnum):
    """Whom a review hears."""

    FAMILY = "family"
    CHILD = "child"
    PRACTITIONERS = "practitioners"


class How(StrEnum):
    """What came of it."""

    OFFERED = "offered"
    MET = "met"
    EVENT = "event"  # several practitioners together
    WRITTEN = "written"
    DECLINED = "declined"
    WITHDREW = "withdrew"  # who had agreed before wishes to be no part of it


class ConflictOfInterest(Conflict):
    """The reviewer's own agency takes part in what is reviewed."""

    code = "conflict_of_interest"
    title = "The reviewer has a conflict of interest"
    cure = "Appoint somebody else."


class AlreadyDone(Conflict):
    """The milestone is reached, or the reviewer's appointment is over."""

    code = "already_done"
    title = "This is over already"
    cure = "Nothing; it stays as it was."


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that everybody who reviews must have, from the data."""

    code: str
    text: str
    source: str


def check_reviewer(given: Mapping[str, str], required: Collection[str]) -> None:
    """Refuse a reviewer of whom it is not said for each requirement how it is met. Nobody reviews who lacks one."""
    missing = sorted(set(required) - given.keys())
    strange = sorted(given.keys() - set(required))
    errors = [FieldError("requirements", "missing", f"Say how it is met: {code}.") for code in missing]
    errors += [
        FieldError("requirements", "unknown", f"No requirement on reviewers is called {code}.") for code in strange
    ]
    if errors:
        raise Invalid(errors[0].message, errors=errors)


def must_be_independent(agency_id: str, parties: Collection[str]) -> None:
    """Refuse a reviewer of an agency that takes part."""
    if agency_id in parties:
        raise ConflictOfInterest(f"{agency_id} takes part in what is reviewed: its own people do not review it.")


def must_be_able_to_review(agency_type: AgencyType) -> None:
    """Refuse a reviewer of an agency whose people may not hold that role."""
    if not may_hold(Role.REVIEWER, agency_type):
        raise Invalid.field("agency_id", "not_independent", HOLDING[Role.REVIEWER].rule)


@dataclass(frozen=True, slots=True)
class Milestone:
    """When something was planned, when it is expected now, how often that moved, and when it was done."""

    planned_on: date
    due_on: date
    moves: int
    done_on: date | None


def drift(milestone: Milestone, now: datetime) -> int:
    """By how many days it slid, or has slid so far; below nought where it came early."""
    ends = milestone.done_on or max(milestone.due_on, today(now))
    return (ends - milestone.planned_on).days


def drifts(milestone: Milestone, now: datetime) -> bool:
    """Whether it is overdue, or was moved more than once."""
    return milestone.done_on is None and (today(now) > milestone.due_on or milestone.moves > 1)


def must_be_open(done: object) -> None:
    """Refuse to move or end what is over."""
    if done is not None:
        raise AlreadyDone("It is over, and stays as it was.")


def check_past(field: str, day: date, now: datetime) -> None:
    """What has happened lies behind, or is today's."""
    if day > today(now):
        raise Invalid.field(field, "future", "Say it when it has happened.")
