"""Who may act for whom, and who may say so."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.governance.agencies.domain import Entry
from services.governance.terms.domain import Term
from shared.acting import By
from shared.policy import STATUTORY, Scope, Seniority
from shared.problems import Conflict, Forbidden, Invalid


class Purpose(StrEnum):
    """What one agency does for another."""

    STAND_IN = "stand_in"
    ESCALATION_PARTNER = "escalation_partner"


class NotYoursToDelegate(Forbidden):
    """Only the agency itself lets others act for it."""

    code = "not_yours_to_delegate"
    title = "Only the agency itself delegates"
    cure = "Its lead delegates."


class AlreadyDelegated(Conflict):
    """Another agency does this for it in that time."""

    code = "already_delegated"
    title = "Another agency does this already"
    cure = "End that delegation, or choose other days."


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """`agency_id` acts for `for_agency_id` during the term."""

    id: UUID
    agency_id: str
    for_agency_id: str
    purpose: Purpose
    from_seniority: Seniority | None
    term: Term


def check_granting(by: By, for_agency_id: str, agreed_by: str | None) -> None:
    """Who may grant: a person of the agency itself, not one acting for it; or the host, naming who agreed to it.

    A right received by delegation would otherwise be passed on by those who received it.
    """
    if by.principal is None or by.principal.agency_id == for_agency_id:
        return
    if by.reach.view(Scope.ALL) is None:
        raise NotYoursToDelegate(f"Only {for_agency_id} itself, or the business unit, lets another agency act for it.")
    if not agreed_by:
        raise Invalid.field("agreed_by", "missing", f"Name who at {for_agency_id} has agreed to this.")


def check_parties(agency: Entry, for_agency: Entry) -> None:
    """Invalid where an agency would act for itself, or for a safeguarding partner, whose duty is its own."""
    if agency.id == for_agency.id:
        raise Invalid.field("agency_id", "itself", "An agency needs no delegation to act for itself.")
    if for_agency.agency_type in STATUTORY:
        said = f"{for_agency.name} is a safeguarding partner: nobody else acts or votes for it; it names deputies."
        raise Invalid.field("for_agency_id", "statutory", said)


def check_purpose(purpose: Purpose, from_seniority: Seniority | None, term: Term) -> None:
    """Invalid where a stand-in has no last day, or has a level of seniority."""
    if purpose is Purpose.STAND_IN and from_seniority:
        raise Invalid.field("from_seniority", "stand_in", "A stand-in acts at every level; only a partner has one.")
    if purpose is Purpose.STAND_IN and term.ends_on is None:
        raise Invalid.field("ends_on", "missing", "A stand-in has a last day.")


def check_free(wanted: Delegation, others: Iterable[Delegation]) -> None:
    """AlreadyDelegated where another agency has this purpose for the same agency in that time."""
    for other in others:
        if other.purpose is wanted.purpose and other.term.overlaps(wanted.term):
            until = other.term.ends_on or "further notice"
            raise AlreadyDelegated(f"{other.agency_id} is {other.purpose} for {other.for_agency_id} until {until}.")
