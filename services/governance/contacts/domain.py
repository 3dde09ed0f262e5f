"""What a contact is, when she works and when she is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.policy import HOLDING, AgencyType, Role, may_hold
from shared.problems import Conflict, FieldError, Invalid


class Purpose(StrEnum):
    """What a contact is named for."""

    SINGLE_POINT_OF_CONTACT = "single_point_of_contact"
    STAND_IN = "stand_in"
    OUT_OF_HOURS = "out_of_hours"
    BUSINESS_UNIT = "business_unit"  # the partnership's own, whom ladders tell of formal stages
    MEDIATOR = "mediator"  # who helps agencies that differ, whom ladders tell of their disputes


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class AlreadyNamed(Conflict):
    """The agency has a contact for this purpose."""

    code = "already_named"
    title = "The agency has such a contact"
    cure = "Change that one."


class ContactRemoved(Conflict):
    """The contact no longer serves."""

    code = "contact_removed"
    title = "The contact was removed"
    cure = "Name another."


@dataclass(frozen=True, slots=True)
class Hours:
    """Work on one day of the week, London time, `09:00` to `17:00`."""

    weekday: Weekday
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Absence:
    """Days away, both inclusive."""

    starts_on: date
    ends_on: date


ROLES = {Purpose.BUSINESS_UNIT: Role.BUSINESS_UNIT, Purpose.MEDIATOR: Role.MEDIATOR}
OFFICE_DAYS = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
OFFICE_HOURS = tuple(Hours(day, "09:00", "17:00") for day in OFFICE_DAYS)


def usual_hours(purpose: Purpose) -> tuple[Hours, ...]:
    """The hours of a contact that names none: the office's, or for one out of hours all the others."""
    return () if purpose is Purpose.OUT_OF_HOURS else OFFICE_HOURS


def check_host(purpose: Purpose, agency_type: AgencyType) -> None:
    """Invalid where the business unit or the mediator is named by an agency that cannot be it: its host, or one of the parties."""
    if purpose in ROLES and not may_hold(ROLES[purpose], agency_type):
        raise Invalid.field("purpose", "not_the_host", HOLDING[ROLES[purpose]].rule)


def check_reachable(email: str | None, telephone: str | None) -> None:
    """Invalid for a contact whom nobody can reach."""
    if not (email or telephone):
        raise Invalid.field("email", "unreachable", "Name an e-mail address or a telephone number.")


def check_hours(hours: Sequence[Hours]) -> None:
    """Invalid where a day's work ends before it begins, or two entries of a day overlap."""
    found = []
    for index, one in enumerate(hours):
        if one.opens >= one.closes:
            found.append(FieldError(f"working_hours.{index}.closes", "order", "This ends before it begins."))
        same_day = [other for other in hours[:index] if other.weekday is one.weekday]
        if any(one.opens < other.closes and other.opens < one.closes for other in same_day):
            found.append(FieldError(f"working_hours.{index}.opens", "overlap", "This overlaps an earlier entry."))
    if found:
        raise Invalid("The working hours cannot be so.", errors=found)


def check_absences(absences: Sequence[Absence]) -> None:
    """Invalid where an absence ends before it begins, or two overlap."""
    found = []
    for index, one in enumerate(absences):
        if one.ends_on < one.starts_on:
            found.append(FieldError(f"absences.{index}.ends_on", "order", "The last day comes before the first."))
        if any(one.starts_on <= other.ends_on and other.starts_on <= one.ends_on for other in absences[:index]):
            found.append(FieldError(f"absences.{index}.starts_on", "overlap", "This overlaps an earlier entry."))
    if found:
        raise Invalid("The absences cannot be so.", errors=found)
