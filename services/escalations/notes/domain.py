"""What a note is, and who may take one back."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from shared.days import today
from shared.keeping.domain import must_be_free
from shared.policy import Principal, Role
from shared.problems import Conflict, FieldError, Forbidden, Invalid


class Kind(StrEnum):
    """A disagreement settled by talking to each other, or something that went well."""

    INFORMAL = "informal"
    GOOD_PRACTICE = "good_practice"


class Retracted(Conflict):
    """The note was taken back."""

    code = "retracted"
    title = "This note was taken back"
    cure = "Write another."


class NotYourNote(Forbidden):
    """Another agency wrote the note."""

    code = "not_your_note"
    title = "Another agency's note"
    cure = "That agency takes it back."


def check(happened_on: date, agency_id: str, about_agency_ids: Sequence[str], now: datetime) -> None:
    """Refuse a note about the future, about oneself, or about one agency twice. Invalid lists every field that is wrong."""
    errors = []
    if happened_on > today(now):
        errors.append(FieldError("happened_on", "in_the_future", "A note is about today or an earlier day."))
    for index, about in enumerate(about_agency_ids):
        if about == agency_id:
            errors.append(FieldError(f"about_agency_ids.{index}", "same_agency", "Name the other agencies only."))
        if about in about_agency_ids[:index]:
            errors.append(FieldError(f"about_agency_ids.{index}", "repeated", "Name each agency once."))
    if errors:
        raise Invalid("The note contradicts itself; each field is listed.", errors=errors)


def must_retract(agency_id: str, retracted_at: datetime | None, principal: Principal, *, legal_hold: bool) -> None:
    """Refuse who did not write the note and does not keep the register of notes, to take it back twice, or under a hold."""
    if agency_id not in principal.agencies and Role.BUSINESS_UNIT not in principal.roles:
        raise NotYourNote("A note is taken back by the agency that wrote it, or by the business unit.")
    if retracted_at:
        raise Retracted("This note was taken back already.")
    must_be_free("this note", legal_hold=legal_hold)
